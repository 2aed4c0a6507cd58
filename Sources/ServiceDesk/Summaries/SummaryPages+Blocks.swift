import Documents
import Wire

/// What the parts are made of.
extension SummaryPages {
    func shown(_ time: Timestamp?) -> String { WorkflowSummary.shown(time, zone) }

    /// A table of some of what there is.
    mutating func add(_ rows: [[String]], of count: Int, _ columns: [(title: String, share: Double)]) {
        blocks.append(.table(Document.Table(columns: columns, rows: rows)))
        if count > rows.count { blocks.append(.text("[… \(count - rows.count) more]")) }
    }

    /// Notes, of which the last ones matter most.
    /// - Returns: how much room is left.
    @discardableResult
    mutating func add(_ remarks: [WorkflowSummary.Remark], room: SummaryRoom) -> SummaryRoom {
        var room = room
        let texts = remarks.reversed().map { room.take($0.story.text) }.reversed()
        for (remark, text) in zip(remarks, texts) {
            blocks.append(.facts([(remark.person, shown(remark.time))]))
            add(text, remark.story.files)
        }
        return room
    }

    mutating func add(_ story: WorkflowSummary.Story, _ room: inout SummaryRoom) {
        if !story.isEmpty { add(room.take(story.text), story.files) }
    }

    mutating func add(_ text: String, _ files: [WorkflowSummary.File]) {
        let names = Dictionary(files.map { ($0.key, $0.name) }) { first, _ in first }
        blocks.append(.markdown(text, pictures: names))
        add(files: files)
    }

    mutating func add(files: [WorkflowSummary.File]) {
        let names = files.filter { !$0.isInline }.map { "\($0.name) (\(size($0.size)))" }
        if names.isEmpty { return }
        blocks.append(.facts([(names.count == 1 ? "File" : "Files", names.joined(separator: "\n"))]))
    }

    private func size(_ bytes: Int64) -> String {
        let kilobytes = (bytes + 999) / 1_000
        return kilobytes < 10_000 ? "\(kilobytes) kB" : "\(kilobytes / 1_000) MB"
    }
}

/// How much more can be told of texts: bytes, and lines.
struct SummaryRoom {
    private var bytes = 150_000
    private var breaks = 2_000

    var hasMore: Bool { bytes > 0 && breaks > 0 }

    /// As much of a text as there is room for, with a line that says when it is not all.
    mutating func take(_ text: String) -> String {
        let lines = text.split(separator: "\n", maxSplits: breaks, omittingEmptySubsequences: false)
        let some = lines.prefix(breaks).joined(separator: "\n").prefix(bytes)
        bytes -= min(some.utf8.count, bytes)
        breaks -= min(lines.count, breaks)
        return some.utf8.count < text.utf8.count ? "\(some)\n[…]" : text
    }
}
