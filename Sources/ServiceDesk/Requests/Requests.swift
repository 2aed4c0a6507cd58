import Resources
import Store
import Wire

/// Commands on requests.
public enum Requests: Noun {
    public static let entries: [any EntryNoun.Type] = [Watches.self]

    /// What somebody without a role that edits requests may say when registering one; the rest is the service desk's.
    private static let endUserFields: Set<String> = [
        "subject", "category", "impact", "desired_completion_at", "custom_fields", "requested_by", "requested_for",
        "service", "note", "source", "sourceID", "checked_items", "downtime_start_at", "downtime_end_at",
        "custom_fields_attachments", "note_attachments",
    ]

    /// Who asked, and for whom.
    private static let requesters = ["requested_by", "requested_for"]

    /// Requester, beneficiary, member and watchers see a request.
    static let visibility = Visibility("requested_by", "requested_for", "member") { request, person in
        """
        SELECT 1 FROM watches WHERE subject_kind = \(RecordKind.request.code) AND subject_id = \(request)
        AND person_id = \(person)
        """
    }

    public static let writing = Writing(.requests, permit: permit).with {
        $0.lock = { change, _ in
            // Workflows are locked before their requests.
            if let workflow = change.input["workflow"]?.integer {
                try WorkflowChange.lock(change.transaction, workflow: workflow)
            }
        }
        $0.defaults = defaults
        $0.authorize = authorize
        $0.namesOneself = true
        $0.rules = rules
        $0.settle = settle
        $0.visibility = visibility
        $0.follow = { draft, change, _ in
            if let viewer = change.viewer { try RequestGroups.settle(change.transaction, after: draft, by: viewer) }
            try follow(change.transaction, draft, by: change.viewer?.person)
        }
        $0.notes = [("note", false), ("internal_note", true)]
        $0.moving = Moving(completed: RequestStatus.completed).with {
            $0.check = { try RequestGroups.checkMove($2.transaction, $0, to: $1) }
            $0.follow = { draft, _, change in
                try Watches.move(change.transaction, with: draft)
                guard let viewer = change.viewer else { return }
                try RequestGroups.settle(change.transaction, afterMoving: draft, by: viewer)
                try Summaries.outdate(change.transaction, by: draft)
            }
        }
    }

    /// Says what the requester thought of the outcome.
    /// - Returns: false when there is nothing to rate: not completed, rated already, or somebody else's.
    public static func rate(
        _ transaction: Transaction, id: Int64, _ satisfaction: Satisfaction, _ input: Input, by viewer: Viewer
    ) throws -> Bool {
        var draft = try Draft.load(transaction, .requests, id: id, for: viewer.perspective)
        guard draft["status"] == .integer(RequestStatus.completed.rawValue), draft["satisfaction"].isNull,
            Requester.isOne(viewer.person, of: draft), draft.lifeCycle == .active
        else { return false }
        if !input.errors.isEmpty { throw Refusal.invalid(input.errors) }
        if satisfaction == .dissatisfied, input["note"]?.text?.allSatisfy(\.isWhitespace) ?? true {
            throw Refusal.invalid("note", "Note can't be blank")
        }
        draft["satisfaction"] = .integer(satisfaction.rawValue)
        if input["reopen"]?.flag ?? false, satisfaction == .dissatisfied {
            try Requester.requireReopenable(draft, at: transaction.now)
            draft["status"] = .integer(RequestStatus.assigned.rawValue)
        }
        try settleAndSave(transaction, &draft, by: viewer.person)
        try Notes.add(
            transaction, to: .request, id, account: draft.account, from: input, [("note", false)], by: viewer)
        return true
    }

    // MARK: Steps

    @Sendable private static func permit(_ change: Change, _ record: Draft?) throws {
        guard let viewer = change.viewer else { return }
        if let record {
            if try viewer.roles(in: record.account).editsRequests || works(change.db, on: record, viewer) { return }
            return try Requester.permit(change, on: record, by: viewer)
        }
        if viewer.isGuest { throw Refusal.forbidden("\(viewer.name) holds no role in this account") }
        try refuseServiceDeskFields(change.input, by: viewer)
    }

    /// Whether somebody works on a request because it was given to a team of theirs, whichever account that is in.
    private static func works(_ db: Database, on request: Draft, _ viewer: Viewer) throws -> Bool {
        try Teams.isMember(db, viewer.person, of: request.previous("team").integer)
    }

    @Sendable private static func defaults(_ draft: inout Draft, _ change: Change) throws {
        let caller = (change.viewer?.person).sqlValue
        draft["grouping"] = .integer(RequestGrouping.none.rawValue)
        draft["provider_was_not_accountable"] = false.sqlValue
        draft["created_by"] = caller
        if draft["requested_by"].isNull { draft["requested_by"] = caller }
        if draft["requested_for"].isNull { draft["requested_for"] = draft["requested_by"] }
        if draft["team"].isNull {
            let service = try draft["service"].integer.flatMap { try Services.team(change.db, $0) }
            draft["team"] = try (service ?? Accounts.defaultTeam(change.db, draft.account)).sqlValue
        }
    }

    @Sendable private static func authorize(_ draft: Draft, _ change: Change) throws {
        guard let viewer = change.viewer else { return }
        try WorkflowRequests.authorize(draft, change)
        if draft.changes("addressed"), draft["addressed"].flag {
            try viewer.require(\.addressesRequests, in: draft.account, "say that a request was addressed")
        }
        if viewer.roles(in: draft.account).editsRequests { return }
        guard draft.isNew else {
            // For whom a request is, its team has no say in.
            guard requesters.contains(where: { draft.changes($0) }) else { return }
            throw Refusal.forbidden("\(viewer.name) holds no role that may change for whom a request is")
        }
        // Whether somebody else exists is not told to whom they may not name anyway.
        let naming = namingErrors(draft, by: viewer)
        if !naming.isEmpty { throw Refusal.invalid(naming) }
    }

    @Sendable private static func rules(_ draft: Draft, _ change: Change) -> [FieldError] {
        requesters.filter { draft[$0].isNull }.map { name in
            FieldError(name, "\(draft.schema.field(name)?.label ?? name) can't be blank")
        }
    }

    @Sendable private static func settle(_ draft: inout Draft, _ change: Change) throws {
        guard let viewer = change.viewer else { return }
        let setsStatus = change.input["status"]?.isNull == false
        Requester.answer(&draft, with: change, setsStatus: setsStatus, by: viewer)
        try WorkflowRequests.check(change.transaction, &draft, setsStatus: setsStatus)
        try settle(
            change.transaction, &draft, setsStatus: setsStatus, member: change.input["member"], by: viewer.person)
        try RequestGroups.join(change.transaction, &draft, by: viewer)
        if draft.changes("requested_for") {
            draft["organization"] = try organization(change.db, of: draft["requested_for"]).sqlValue
        }
    }

    /// Saves a request that was changed because of something else.
    static func settleAndSave(_ transaction: Transaction, _ draft: inout Draft, by user: Int64?) throws {
        try settle(transaction, &draft, setsStatus: true, by: user)
        try transaction.save(&draft, by: user)
        try visibility.refreshAfterSave(transaction, draft)
        try follow(transaction, draft, by: user)
    }

    /// What follows from a saved request, whichever way it was changed.
    private static func follow(_ transaction: Transaction, _ draft: Draft, by user: Int64?) throws {
        try RequestWaiting.follow(transaction, draft)
        try RequestGroups.completeMembers(transaction, of: draft, by: user)
        if draft.hasChanges { try Summaries.outdate(transaction, by: draft) }
    }

    /// Applies the rules and writes what follows from them into the draft.
    /// - Parameter member: what a client sent as the member; nil when nothing.
    private static func settle(
        _ transaction: Transaction, _ draft: inout Draft, setsStatus: Bool, member: SQLValue? = nil, by user: Int64?
    ) throws {
        guard var state = RequestState(draft, { draft[$0] }) else { return }
        func isInTeam(_ person: Int64?) throws -> Bool { try Teams.isMember(transaction.db, person, of: state.team) }
        let change = RequestRules.Change(
            before: draft.isNew ? nil : RequestState(draft, draft.previous), setsStatus: setsStatus,
            setsMember: member?.isNull == false, clearsMember: member?.isNull == true,
            isMemberInTeam: try isInTeam(state.member), isCallerInTeam: try isInTeam(user), caller: user,
            createdAt: draft["created_at"].integer.map(Timestamp.init(microseconds:)) ?? transaction.now,
            now: transaction.now)
        let errors = RequestRules.settle(&state, change)
        if !errors.isEmpty { throw Refusal.invalid(errors) }
        state.write(to: &draft)
        // Whoever asked says anew what they think of a new outcome.
        if state.status == .completed, draft.changes("status") { draft["satisfaction"] = .null }
    }

    /// Somebody without a role that edits requests registers them for themselves only; other people are not theirs to
    /// see.
    private static func namingErrors(_ draft: Draft, by viewer: Viewer) -> [FieldError] {
        requesters.compactMap { name in
            guard draft.changes(name), draft[name] != .integer(viewer.person) else { return nil }
            return draft.schema.field(name).map { FieldError($0, "must be yourself") }
        }
    }

    private static func refuseServiceDeskFields(_ input: Input, by viewer: Viewer) throws {
        guard !viewer.roles(in: viewer.account.number).editsRequests else { return }
        let assigned = SQLValue.integer(RequestStatus.assigned.rawValue)
        let refused = Schema.requests.fields.filter { field in
            guard !endUserFields.contains(field.name) else { return false }
            if input.attachments[field.name]?.isEmpty == false { return true }
            guard let value = input[field.name] else { return false }
            // What a new request has anyway may be said.
            return !value.isNull && value != false.sqlValue && !(field.name == "status" && value == assigned)
        }
        if !refused.isEmpty {
            throw Refusal.invalid(refused.map { FieldError($0, "can only be set by the service desk") })
        }
    }

    private static func organization(_ db: Database, of person: SQLValue) throws -> Int64? {
        try db.first("SELECT organization_id FROM people WHERE id = \(person)") { $0.optionalInteger(0) } ?? nil
    }
}
