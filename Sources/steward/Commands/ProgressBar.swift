import Foundation

/// How far a long command is, on the terminal of whoever waits for it; nothing when nobody looks.
final class ProgressBar {
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private var shown = ""

    private static let width = 40

    func show(_ done: Int64, of total: Int64) {
        guard isTerminal, total > 0 else { return }
        let percent = Int(done * 100 / total)
        let full = Self.width * percent / 100
        let bar = String(repeating: "#", count: full) + String(repeating: "-", count: Self.width - full)
        let line = "[\(bar)] \(percent) %"
        guard line != shown else { return }
        shown = line
        write("\r\(line)")
    }

    /// Takes the bar away, so that what is printed next begins at the left.
    func clear() {
        if !shown.isEmpty { write("\r\u{1B}[K") }
        shown = ""
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
