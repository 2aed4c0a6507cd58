import Crypto
import Documents
import Foundation
import NIOPosix
import Resources
import Wire

/// How a summary is put on paper: first why, then what is asked, then what to judge it by.
extension WorkflowSummary {
    /// The pages, made where they hold up no call.
    /// - Throws: `DocumentError`.
    func pdf(at now: Timestamp) async throws -> [UInt8] {
        try await NIOThreadPool.singleton.runIfActive { try document(at: now).pdf() }
    }

    /// Tells two summaries apart that say different things, whenever they are made.
    func digest() async throws -> String {
        try await NIOThreadPool.singleton.runIfActive {
            let document = document(at: Timestamp(microseconds: 0))
            let text = "\(document.title)\n\(document.subtitle ?? "")\n\(document.blocks)"
            return Hexadecimal.text(SHA256.hash(data: Data(text.utf8)))
        }
    }

    private func document(at now: Timestamp) -> Document {
        var pages = SummaryPages(zone: zone)
        pages.addReasons(self)
        pages.addQuestion(self)
        pages.addWorkflow(self)
        pages.addFindings(self)
        pages.addTasks(self)
        pages.addInstructions(self)
        pages.addNotes(self)
        return Document(
            title: subject, subtitle: "Workflow \(workflow)  ·  \(accountName)  ·  Times in \(zone.name)",
            footer: "Summary for \(approver.name), \(Self.shown(now, zone))",
            createdAt: now.secondsSince1970, blocks: pages.blocks)
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
}
