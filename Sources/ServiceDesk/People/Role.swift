import Resources

/// The roles a person may hold in an account (docs/protocol/general.md#roles). The raw value is the bit in a stored
/// set.
public enum Role: Int64, WireEnum {
    case accountOwner = 0
    case keyContact = 1
    case auditor = 2
    case financialManager = 3
    case specialist = 4
    case serviceDeskAnalyst = 5
    case serviceDeskManager = 6
    case knowledgeManager = 7
    case problemManager = 8
    case workflowManager = 9
    case releaseManager = 10
    case projectManager = 11
    case serviceLevelManager = 12
    case configurationManager = 13
    case accountDesigner = 14
    case accountAdministrator = 15
    case directoryAuditor = 16
    case directoryDesigner = 17
    case directoryAdministrator = 18
    case workflowAutomatorAuditor = 19
    case workflowAutomatorSpecialist = 20
}

/// The roles held in one account.
public struct Roles: OptionSet, Sendable, Hashable {
    public let rawValue: Int64

    public init(rawValue: Int64) { self.rawValue = rawValue }

    public init(_ roles: Role...) { self.init(rawValue: roles.reduce(0) { $0 | 1 << $1.rawValue }) }

    /// The roles by their names on the wire, in order.
    public var names: [String] { Role.allCases.filter { contains(Roles($0)) }.map(\.wireName) }

    /// The role of a name, or nil.
    public static func named(_ name: String) -> Roles? {
        Role.allCases.first { $0.wireName == name }.map { Roles($0) }
    }

    /// Whether at least one of these is held.
    public func includesAny(of others: Roles) -> Bool { !isDisjoint(with: others) }
}

/// What roles allow. Each rule stands here once.
extension Roles {
    /// Who holds a role sees the whole account; a key contact is an end user in this.
    public var seesAccount: Bool { !subtracting(Roles(.keyContact)).isEmpty }
    /// May change requests, and register them for others.
    public var editsRequests: Bool {
        includesAny(of: Roles(.specialist, .serviceDeskAnalyst, .serviceDeskManager, .accountAdministrator))
    }
    /// May write notes on what they are not named on: who only audits, designs or counts does not
    /// (docs/compatibility.md#requests).
    public var writesNotes: Bool {
        includesAny(
            of: Roles(
                .specialist, .serviceDeskAnalyst, .serviceDeskManager, .knowledgeManager, .problemManager,
                .workflowManager, .releaseManager, .projectManager, .serviceLevelManager, .configurationManager,
                .accountAdministrator, .directoryAdministrator))
    }
    /// May read internal notes (docs/protocol/requests.md#notes).
    public var readsInternalNotes: Bool { includesAny(of: Roles(.auditor, .specialist, .accountAdministrator)) }
    /// May write internal notes (docs/protocol/requests.md#rights).
    public var writesInternalNotes: Bool { includesAny(of: Roles(.specialist, .accountAdministrator)) }
    /// May add watchers other than oneself (docs/compatibility.md#requests---watches).
    public var addsWatchers: Bool {
        includesAny(
            of: Roles(
                .specialist, .serviceDeskAnalyst, .accountAdministrator, .directoryAdministrator))
    }
    /// May remove watchers whom others added (docs/compatibility.md#requests---watches).
    public var removesWatchers: Bool { includesAny(of: Roles(.serviceDeskAnalyst, .accountAdministrator)) }
    /// May say that a compliment or complaint was addressed (docs/protocol/requests.md#fields).
    public var addressesRequests: Bool { contains(Roles(.serviceDeskManager)) }
    /// May archive, trash and restore (docs/protocol/general.md#archive-trash-restore).
    public var archives: Bool { includesAny(of: Roles(.accountAdministrator, .directoryAdministrator)) }
    /// Runs the account.
    public var administers: Bool { contains(Roles(.accountAdministrator)) }
    /// May change where a record came from after it was made (docs/protocol/general.md#source).
    public var changesSource: Bool { administers }
    /// May create and change people, teams and organizations.
    public var editsDirectory: Bool { includesAny(of: Roles(.accountAdministrator, .directoryAdministrator)) }
    /// May create and change workflows, and add tasks to them (docs/protocol/workflows.md#rights).
    public var editsWorkflows: Bool { includesAny(of: Roles(.workflowManager, .accountAdministrator)) }
    /// May create and change releases, and say which workflows they bundle (docs/protocol/releases.md#rights).
    public var editsReleases: Bool { contains(Roles(.releaseManager)) }
    /// May change tasks; members of a task's team may change theirs.
    public var editsTasks: Bool { includesAny(of: Roles(.workflowManager, .specialist, .accountAdministrator)) }
    /// May create and change services.
    public var editsServices: Bool {
        includesAny(of: Roles(.accountAdministrator, .serviceLevelManager, .configurationManager))
    }
}
