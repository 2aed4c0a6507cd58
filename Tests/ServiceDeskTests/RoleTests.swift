import Resources
import Testing

@testable import ServiceDesk

/// Who may do what: for every rule the roles that allow it, and no other.
@Suite struct RoleTests {
    private static var rules: [(rule: KeyPath<Roles, Bool>, name: String, roles: Set<Role>)] {
        [

            (\.seesAccount, "see the account", Set(Role.allCases).subtracting([.keyContact])),
            (
                \.editsRequests, "edit requests",
                [.specialist, .serviceDeskAnalyst, .serviceDeskManager, .accountAdministrator]
            ),
            (
                \.writesNotes, "write notes",
                [
                    .specialist, .serviceDeskAnalyst, .serviceDeskManager, .knowledgeManager, .problemManager,
                    .workflowManager, .releaseManager, .projectManager, .serviceLevelManager, .configurationManager,
                    .accountAdministrator, .directoryAdministrator,
                ]
            ),
            (\.readsInternalNotes, "read internal notes", [.auditor, .specialist, .accountAdministrator]),
            (\.writesInternalNotes, "write internal notes", [.specialist, .accountAdministrator]),
            (
                \.addsWatchers, "add watchers",
                [.specialist, .serviceDeskAnalyst, .accountAdministrator, .directoryAdministrator]
            ),
            (\.removesWatchers, "remove watchers", [.serviceDeskAnalyst, .accountAdministrator]),
            (\.addressesRequests, "address requests", [.serviceDeskManager]),
            (\.archives, "archive", [.accountAdministrator, .directoryAdministrator]),
            (\.changesSource, "change sources", [.accountAdministrator]),
            (\.editsDirectory, "edit the directory", [.accountAdministrator, .directoryAdministrator]),
            (
                \.editsServices, "edit services",
                [.accountAdministrator, .serviceLevelManager, .configurationManager]
            ),
        ]
    }

    @Test func eachRuleHoldsForItsRolesAndNoOther() {
        for (rule, name, roles) in Self.rules {
            for role in Role.allCases {
                #expect(Roles(role)[keyPath: rule] == roles.contains(role), "\(role.wireName) may \(name)")
                #expect(Roles(role, .keyContact)[keyPath: rule] == roles.contains(role))
            }
            #expect(!Roles()[keyPath: rule], "nobody may \(name)")
        }
    }
}
