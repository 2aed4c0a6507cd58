import Foundation
import Resources
import Testing
import Wire

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
            (.attachment, 11, "attachment", "attachments", "name"),
            (.workflow, 12, "workflow", "workflows", "subject"), (.task, 13, "task", "tasks", "subject"),
            (.approval, 14, "approval", "approvals", "id"), (.phase, 15, "phase", "phases", "name"),
            (.release, 16, "release", "releases", "subject"),
            (.archiveEntry, 17, "archive_entry", "archive_entries", "id"),
            (.trashEntry, 18, "trash_entry", "archive_entries", "id"),
        ]
        #expect(Set(kinds.map(\.0)) == Set(RecordKind.all), "a new kind is pinned here")
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

    /// Of every field of every resource, as `Tests/Schemas/codes.txt` keeps them: a new enumeration or value is a new
    /// line there, and no line ever changes.
    @Test func enumerationsHaveTheirCodes() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Schemas/codes.txt")
        var lines: [String] = []
        for schema in Schema.all {
            for field in schema.fields {
                guard case .enumeration(let enumeration) = field.type else { continue }
                for (name, code) in zip(enumeration.names, enumeration.codes) {
                    lines.append("\(schema.name).\(field.name) \(name) \(code)")
                }
            }
        }
        for lifeCycle in LifeCycle.allCases { lines.append("life_cycle \(lifeCycle.wireName) \(lifeCycle.rawValue)") }
        if ProcessInfo.processInfo.environment["STEWARD_KEEP_SCHEMAS"] == "1",
            !FileManager.default.fileExists(atPath: file.path)
        {
            try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
        }
        let kept = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
        #expect(Set(lines) == Set(kept), "\(Set(lines).symmetricDifference(kept).sorted())")
    }
}
