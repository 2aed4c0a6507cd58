import Resources
import Store

/// Commands on people.
public enum People {
    /// Creates a person in the account the call works in.
    /// - Throws: `Refusal.forbidden` without the role, `Refusal.invalid`.
    public static func create(_ transaction: Transaction, _ input: Input, by viewer: Viewer) throws -> Int64 {
        try viewer.require(\.editsDirectory, "create people")
        var draft = Draft(new: .people, account: viewer.account.number)
        setDefaults(&draft)
        try draft.take(input)
        viewer.stampSource(&draft, input)
        return try save(transaction, &draft, input, by: viewer)
    }

    /// Changes a person.
    public static func update(
        _ transaction: Transaction, id: Int64, _ input: Input, by viewer: Viewer
    ) throws {
        var draft = try Draft.load(transaction, .people, id: id, for: viewer.perspective)
        try viewer.require(\.editsDirectory, "change people")
        try draft.take(input)
        try protectAdministrators(transaction.db, draft, from: viewer)
        try save(transaction, &draft, input, by: viewer)
    }

    /// How somebody signs in, and whether: nobody changes these of an account administrator but another one, and nobody
    /// shuts herself out.
    private static func protectAdministrators(_ db: Database, _ draft: Draft, from viewer: Viewer) throws {
        guard let id = draft.id else { return }
        if id == viewer.person, draft.changes("disabled"), draft["disabled"].flag {
            throw Refusal.invalid("disabled", "Disabled can't be set for yourself")
        }
        let isDelicate = ["primary_email", "authenticationID", "disabled"].contains { draft.changes($0) }
        let target = try PeopleDirectory.roles(db, person: id, account: viewer.account)
        if isDelicate, target.includesAny(of: Roles(.accountAdministrator, .accountOwner)) {
            try viewer.require(\.administers, "change how an account administrator signs in")
        }
    }

    /// Values a new person has when none are given.
    static func setDefaults(_ draft: inout Draft) {
        for flag in [
            "disabled", "time_format_24h", "vip", "guest", "exclude_team_notifications", "auto_translation",
            "oauth_person_enablement",
        ] {
            draft[flag] = false.sqlValue
        }
        draft["send_email_notifications"] = .integer(EmailNotifications.always.rawValue)
        draft["show_notification_popup"] = .integer(PopupNotifications.always.rawValue)
        draft["custom_fields"] = .text("[]")
    }

    @discardableResult
    private static func save(
        _ transaction: Transaction, _ draft: inout Draft, _ input: Input, by viewer: Viewer
    ) throws -> Int64 {
        try viewer.checkSource(draft)
        return try save(transaction, &draft) { try transaction.save(&$0, with: input, by: viewer, extra: $1) }
    }

    /// Saves a person for the command line.
    @discardableResult
    static func save(_ transaction: Transaction, _ draft: inout Draft, by user: Int64?) throws -> Int64 {
        try save(transaction, &draft) { try transaction.save(&$0, by: user, extra: $1) }
    }

    /// Saves a person: addresses and ids that must be unique, and whom the person sees.
    private static func save(
        _ transaction: Transaction, _ draft: inout Draft,
        _ write: (inout Draft, [(column: String, value: SQLValue)]) throws -> Int64
    ) throws -> Int64 {
        draft.fillFlags()
        var errors = draft.blankFields + (try draft.referenceErrors(transaction.db))
        let email = draft["primary_email"].text ?? ""
        if draft.changes("primary_email"), !isAddress(email) {
            errors.append(FieldError("primary_email", "Primary email is invalid"))
        }
        let folded = email.lowercased()
        for (field, column, value) in [
            ("primary_email", "email_folded", SQLValue.text(folded)),
            ("authenticationID", "authentication_id", draft["authenticationID"]),
        ] where draft.changes(field) && !value.isNull {
            let taken = try transaction.db.first(
                "SELECT 1 FROM people WHERE \(raw: column) = \(value) AND id <> \(draft.id ?? 0)"
            ) { _ in true }
            if taken != nil, let field = draft.schema.field(field) {
                errors.append(FieldError(field, "has already been taken"))
            }
        }
        if draft["manager"].integer == draft.id, draft.id != nil {
            errors.append(FieldError("manager", "Manager can't be the person"))
        }
        if !errors.isEmpty { throw Refusal.invalid(errors) }
        let extra: [(String, SQLValue)] = [
            ("email_folded", .text(folded)),
            ("support_folded", draft["supportID"].text.map { .text($0.lowercased()) } ?? .null),
        ]
        let wasNew = draft.isNew
        let id = try write(&draft, extra)
        let grants = Grants(transaction)
        if wasNew { try grants.give(holder: id, .person, id, account: draft.account) }
        if draft.changes("organization") {
            if let old = draft.previous("organization").integer { try grants.take(holder: id, .organization, old) }
            if let new = draft["organization"].integer,
                try transaction.db.first(
                    "SELECT 1 FROM organizations WHERE id = \(new) AND account = \(draft.account)", { _ in true })
                    != nil
            {
                try grants.give(holder: id, .organization, new, account: draft.account)
            }
        }
        // What processes know of a signed-in person (name, zone, disabled) is out of date.
        if !wasNew, draft.hasChanges { transaction.invalidate(Invalidation(kind: RecordKind.person.code, id: id)) }
        return id
    }

    /// Something before and after one `@`, without spaces. More is not known before a mail arrives.
    private static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && !text.contains(where: \.isWhitespace)
    }
}
