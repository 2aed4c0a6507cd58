import Foundation

@testable import Documents

/// A printed document, read by Poppler's tools.
struct Printout {
    let text: String
    /// The text of each page.
    let pages: [String]
    /// What `pdfinfo` says.
    let info: [String: String]
    /// How many pictures are in the file.
    let pictures: Int

    init(_ document: Document) throws {
        let pdf = try document.pdf()
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).pdf")
        try Data(pdf).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        text = try Self.run("pdftotext", "-layout", file.path, "-")
        // Each page ends in a form feed.
        pages = text.split(separator: "\u{0C}").map(String.init)
        var info: [String: String] = [:]
        for line in try Self.run("pdfinfo", "-isodates", file.path).split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            info[String(parts[0])] = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
        }
        self.info = info
        // The list has two lines of head.
        pictures = try Self.run("pdfimages", "-list", file.path).split(separator: "\n").count - 2
    }

    /// The text without spaces and line breaks, and with letters as they are composed.
    var letters: String { Self.letters(text) }

    static func letters(_ text: String) -> String {
        // Directions are invisible.
        let marks: Set<Unicode.Scalar> = ["\u{200E}", "\u{200F}", "\u{202A}", "\u{202B}", "\u{202C}"]
        return String(
            String.UnicodeScalarView(
                text.precomposedStringWithCompatibilityMapping.unicodeScalars.filter {
                    !$0.properties.isWhitespace && !marks.contains($0)
                }))
    }

    private static func run(_ tool: String, _ arguments: String...) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [tool] + arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(tool: tool, status: process.terminationStatus) }
        return String(decoding: data, as: UTF8.self)
    }

    struct Failure: Error {
        let tool: String
        let status: Int32
    }
}

extension Document {
    /// A document of blocks.
    static func of(_ blocks: Block...) -> Document {
        Document(title: "Report", footer: "Widget", createdAt: 1_763_712_000, blocks: blocks)
    }
}

extension Document.Table {
    /// A table of a number of rows.
    static func numbered(_ count: Int) -> Document.Table {
        Document.Table(
            columns: [("Number", 1), ("Description", 3)],
            rows: (0..<count).map { ["row\($0)", "What is said of number \($0)"] })
    }
}
