import Documents
import Files
import Foundation
import NIOPosix
import Resources
import Store
import Wire

/// What an approver reads before they answer: the workflow, its tasks, its notes, and what they are asked to approve.
struct WorkflowSummary: Sendable {
    struct Line: Sendable {
        let id: Int64
        let subject: String
        let category: String
        let status: String
        let people: String
        let target: Timestamp?
        let isAsked: Bool
    }

    struct Remark: Sendable {
        let person: String
        let text: String
        let time: Timestamp
    }

    let account: Int64
    let accountName: String
    let zone: Zone
    let workflow: Int64
    let subject: String
    let facts: [(label: String, value: String)]
    let approver: (id: Int64, name: String)
    let task: (id: Int64, subject: String, instructions: String)
    /// In minutes.
    let plannedEffort: Int64?
    let lines: [Line]
    let remarks: [Remark]

    /// The most notes told, the last ones; the most tasks; and the most people named on one.
    static let maximumNotes = 50
    static let maximumLines = 1_000
    static let maximumPeople = 20
    /// How much is told of instructions, and of all notes together: bytes, and lines.
    private static let maximumText = 200_000
    private static let maximumBreaks = 4_000

    /// The name of the file: the approver's, as far as it can be said in Latin letters.
    var fileName: String {
        "workflow-\(workflow)-summary-for-\(Self.slug(approver.name) ?? "person-\(approver.id)").pdf"
    }

    /// Latin letters that are no letter with a sign.
    private static let letters: [Character: String] = [
        "ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ħ": "h", "ŧ": "t",
        "ß": "ss",
    ]

    /// `mark-camillo` for Mark Camillo; nil for a name that leaves nothing in Latin letters.
    static func slug(_ name: String) -> String? {
        let latin = name.lowercased().map { letters[$0] ?? String($0) }.joined()
        let folded = latin.folding(options: [.diacriticInsensitive, .caseInsensitive], locale: nil).lowercased()
        let plain = folded.unicodeScalars.map { scalar in
            scalar.isASCII && scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) ? Character(scalar) : "-"
        }
        let words = String(plain).split(separator: "-").joined(separator: "-")
        guard words.contains(where: \.isLetter) else { return nil }
        return String(words.prefix(100))
    }

    /// How much more can be told.
    private struct Room {
        var bytes = maximumText
        var breaks = maximumBreaks

        /// As much of a text as there is room for, with a line that says when it is not all.
        mutating func take(_ text: String) -> String {
            let lines = text.split(separator: "\n", maxSplits: breaks, omittingEmptySubsequences: false)
            let some = lines.prefix(breaks).joined(separator: "\n").prefix(bytes)
            bytes -= min(some.utf8.count, bytes)
            breaks -= min(lines.count, breaks)
            return some.utf8.count < text.utf8.count ? "\(some)\n[…]" : text
        }
    }

    /// `2026-11-21 09:30`, or a dash.
    static func shown(_ time: Timestamp?, _ zone: Zone) -> String {
        guard let time else { return "–" }
        return String(time.formatted(in: zone).prefix(16)).replacing("T", with: " ")
    }

    /// `2:30` for 150 minutes.
    static func duration(_ minutes: Int64) -> String {
        let rest = String(minutes % 60)
        return "\(minutes / 60):\(rest.count < 2 ? "0" : "")\(rest)"
    }

    /// The pages, made where they hold up no call.
    /// - Throws: `DocumentError`.
    func pdf(at now: Timestamp) async throws -> [UInt8] {
        let document = document(at: now)
        return try await NIOThreadPool.singleton.runIfActive { try document.pdf() }
    }

    private func document(at now: Timestamp) -> Document {
        var asked: [(label: String, value: String)] = [
            ("Approver", approver.name), ("Task", "\(task.id)  \(task.subject)"),
        ]
        if let plannedEffort { asked.append(("Planned effort", Self.duration(plannedEffort))) }
        var blocks: [Document.Block] = [.facts(facts), .heading("Your approval"), .facts(asked)]
        var room = Room()
        if !task.instructions.isEmpty { blocks.append(.text(room.take(task.instructions))) }
        blocks.append(.heading("Tasks"))
        blocks.append(
            .table(
                Document.Table(
                    columns: [
                        ("ID", 0.9), ("Subject", 3.6), ("Category", 2.8), ("Status", 1.9), ("People", 2.8),
                        ("Target", 2.9),
                    ],
                    rows: lines.prefix(Self.maximumLines).map { line in
                        [
                            "\(line.id)\(line.isAsked ? " ◂" : "")", line.subject, line.category, line.status,
                            line.people,
                            Self.shown(line.target, zone),
                        ]
                    })))
        if lines.count > Self.maximumLines {
            blocks.append(.text("[… \(lines.count - Self.maximumLines) more]"))
        }
        if !remarks.isEmpty {
            blocks.append(.heading("Notes"))
            // The last ones matter most.
            var room = Room()
            let texts = remarks.reversed().map { room.take($0.text) }.reversed()
            for (remark, text) in zip(remarks, texts) {
                blocks.append(.facts([(remark.person, Self.shown(remark.time, zone))]))
                blocks.append(.text(text))
            }
        }
        return Document(
            title: subject, subtitle: "Workflow \(workflow)  ·  \(accountName)",
            footer: "Summary for \(approver.name), \(Self.shown(now, zone))",
            createdAt: now.microseconds / 1_000_000, blocks: blocks)
    }
}
