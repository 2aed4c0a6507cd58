import Resources
import Testing

@testable import ServiceDesk

/// Numbers that are stored. Whoever changes one of these breaks every database there is.
@Suite struct PinnedTests {
    @Test func kindsHaveTheirCodes() {
        let kinds: [(RecordKind, Int64, String, String, String)] = [
            (.account, 1, "account", "accounts", "name"), (.person, 2, "person", "people", "name"),
            (.team, 3, "team", "teams", "name"), (.organization, 4, "organization", "organizations", "name"),
            (.service, 5, "service", "services", "name"), (.request, 6, "request", "requests", "subject"),
            (.note, 7, "note", "notes", "text"), (.watch, 8, "watch", "watches", "id"),
            (.auditLine, 9, "audit_line", "audit_lines", "id"), (.token, 10, "token", "tokens", "name"),
        ]
        for (kind, code, name, table, display) in kinds {
            #expect(kind.code == code && kind.name == name && kind.table == table && kind.display == display)
        }
        #expect(Set(kinds.map(\.1)).count == kinds.count && !kinds.map(\.1).contains(0))
    }

    @Test func rolesHaveTheirBits() {
        let names = [
            "account_owner", "key_contact", "auditor", "financial_manager", "specialist", "service_desk_analyst",
            "service_desk_manager", "knowledge_manager", "problem_manager", "workflow_manager", "release_manager",
            "project_manager", "service_level_manager", "configuration_manager", "account_designer",
            "account_administrator", "directory_auditor", "directory_designer", "directory_administrator",
            "workflow_automator_auditor", "workflow_automator_specialist",
        ]
        #expect(Role.allCases.map(\.wireName) == names)
        for (bit, name) in names.enumerated() {
            #expect(Roles.named(name)?.rawValue == 1 << bit)
            #expect(Roles(rawValue: 1 << bit).names == [name])
        }
        #expect(Roles.named("nobody") == nil && Roles.named("") == nil && Roles.named("accountOwner") == nil)
        #expect(Roles(.specialist, .auditor, .accountOwner).names == ["account_owner", "auditor", "specialist"])
        #expect(Roles().names.isEmpty)
    }

    private static func codes<Value: WireEnum>(_ type: Value.Type) -> [String: Int64] {
        Dictionary(uniqueKeysWithValues: type.allCases.map { ($0.wireName, $0.rawValue) })
    }

    @Test func enumerationsHaveTheirCodes() {
        #expect(
            Self.codes(RequestStatus.self) == [
                "declined": 10, "on_backlog": 15, "assigned": 20, "accepted": 30, "in_progress": 40, "waiting_for": 50,
                "waiting_for_customer": 60, "reservation_pending": 65, "workflow_pending": 70, "project_pending": 75,
                "completed": 80,
            ])
        #expect(
            Self.codes(RequestCategory.self) == [
                "incident": 10, "rfc": 20, "rfi": 30, "reservation": 40, "order": 50, "fulfillment": 60,
                "complaint": 70, "compliment": 80, "other": 90,
            ])
        #expect(Self.codes(RequestImpact.self) == ["low": 10, "medium": 20, "high": 30, "top": 40])
        #expect(
            Self.codes(RequestCompletionReason.self) == [
                "solved": 10, "workaround": 20, "gone": 30, "duplicate": 40, "withdrawn": 50, "no_reply": 60,
                "rejected": 70, "conflict": 80, "declined": 90, "unsolvable": 100,
            ])
        #expect(
            Self.codes(MajorIncidentStatus.self) == [
                "proposed": 10, "rejected": 20, "accepted": 30, "resolved": 40, "canceled": 50,
            ])
        #expect(Self.codes(RequestGrouping.self) == ["none": 10, "group": 20, "grouped": 30])
        #expect(Self.codes(Satisfaction.self) == ["satisfied": 10, "dissatisfied": 20])
        #expect(
            Self.codes(NoteMedium.self) == [
                "default": 10, "email": 20, "outbound_email": 30, "system": 40, "reference": 50, "redacted": 60,
                "automation": 70, "ai": 80,
            ])
        #expect(Self.codes(LifeCycle.self) == ["active": 0, "archived": 1, "trashed": 2])
        #expect(Self.codes(AuditLine.Action.self) == ["create": 1, "update": 2, "destroy": 3, "info": 4])
        #expect(Self.codes(EmailNotifications.self) == ["always": 10, "when_offline": 20, "never": 30])
        #expect(Self.codes(PopupNotifications.self) == ["always": 10, "important_only": 20, "never": 30])
    }
}
