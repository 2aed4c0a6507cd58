import Resources
import Store
import Wire

/// Commands on people.
public enum People: Noun {
    public static let writing = Writing(.people, editedBy: \.editsDirectory).with {
        $0.defaults = { draft, _ in setDefaults(&draft) }
        $0.authorize = protectAdministrators
        $0.rules = rules
        $0.columns = folded
        $0.follow = follow
    }

    /// How somebody signs in, and whether: nobody changes these of an account administrator but another one.
    @Sendable private static func protectAdministrators(_ draft: Draft, _ change: Change) throws {
        guard let id = draft.id, let viewer = change.viewer else { return }
        let isDelicate = ["primary_email", "authenticationID", "disabled"].contains { change.touches($0, of: draft) }
        let target = try PeopleDirectory.roles(change.db, person: id, number: draft.account)
        if isDelicate, target.includesAny(of: Roles(.accountAdministrator, .accountOwner)) {
            try viewer.require(\.administers, in: draft.account, "change how an account administrator signs in")
        }
    }

    /// Values a new person has when none are given.
    static func setDefaults(_ draft: inout Draft) {
        if draft["send_email_notifications"].isNull {
            draft["send_email_notifications"] = .integer(EmailNotifications.always.rawValue)
        }
        if draft["show_notification_popup"].isNull {
            draft["show_notification_popup"] = .integer(PopupNotifications.always.rawValue)
        }
    }

    /// Addresses and ids must be unique, and nobody shuts themselves out.
    @Sendable private static func rules(_ draft: Draft, _ change: Change) throws -> [FieldError] {
        var errors: [FieldError] = []
        if let viewer = change.viewer, draft.id == viewer.person, draft.changes("disabled"), draft["disabled"].flag {
            errors.append(FieldError("disabled", "Disabled can't be set for yourself"))
        }
        let email = draft["primary_email"].text ?? ""
        if draft.changes("primary_email"), !isAddress(email) {
            errors.append(FieldError("primary_email", "Primary email is invalid"))
        }
        for (field, column, value) in [
            ("primary_email", "email_folded", SQLValue.text(email.folded)),
            ("authenticationID", "authentication_id", draft["authenticationID"]),
        ] where draft.changes(field) && !value.isNull {
            let isTaken = try change.db.exists(
                "SELECT 1 FROM people WHERE \(raw: column) = \(value) AND id <> \(draft.id ?? 0)")
            if isTaken, let field = draft.schema.field(field) {
                errors.append(FieldError(field, "has already been taken"))
            }
        }
        if draft["manager"].integer == draft.id, draft.id != nil {
            errors.append(FieldError("manager", "Manager can't be the person"))
        }
        return errors
    }

    /// The texts by which people are found whatever their case.
    @Sendable private static func folded(_ draft: Draft) -> [(column: String, value: SQLValue)] {
        [
            ("email_folded", .text((draft["primary_email"].text ?? "").folded)),
            ("support_folded", draft["supportID"].text.map { .text($0.folded) } ?? .null),
        ]
    }

    /// A person sees themselves and their organization.
    @Sendable private static func follow(_ draft: Draft, _ change: Change, _ id: Int64) throws {
        let grants = Grants(change.transaction)
        if draft.wasNew { try grants.grant(holder: id, .person, id, account: draft.account) }
        if draft.changes("organization") {
            if let old = draft.previous("organization").integer { try grants.revoke(holder: id, .organization, old) }
            if let new = draft["organization"].integer,
                try change.db.exists("SELECT 1 FROM organizations WHERE id = \(new) AND account = \(draft.account)")
            {
                try grants.grant(holder: id, .organization, new, account: draft.account)
            }
        }
        // What processes know of a signed-in person (name, zone, disabled) is out of date.
        if !draft.wasNew, draft.hasChanges {
            change.transaction.invalidate(Invalidation(kind: RecordKind.person.code, id: id))
        }
    }

    /// Something before and after one `@`, without spaces. More is not known before a mail arrives.
    private static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && !text.contains(where: \.isWhitespace)
    }
}
