import Foundation
import Testing

/// Comments and pages point at pages of this project alone, and what they point at is there.
struct PointerTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test("what comments point at in docs/ is there, with its heading", arguments: ["Sources", "Tests"])
    func comments(folder: String) throws {
        var count = 0
        for file in try Self.files(below: folder, named: ".swift") {
            for pointer in try Self.text(file).matches(of: /docs\/[a-z\/-]+\.md(?:#[a-z0-9-]+)?/) {
                count += 1
                #expect(try Self.isThere(String(pointer.output), from: ""), "\(file) points at \(pointer.output)")
            }
        }
        #expect(count > 5)
    }

    @Test("what pages link to is there, with its heading")
    func pages() throws {
        let pages = try ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"] + Self.files(below: "docs", named: ".md")
        for page in pages {
            // What stands in code is an example, and no link.
            let prose = try Self.text(page).replacing(/```[\s\S]*?```/, with: "").replacing(/`[^`]*`/, with: "")
            for link in prose.matches(of: /\]\(([^)\s]+)\)/) where !link.output.1.contains("://") {
                #expect(try Self.isThere(String(link.output.1), from: page), "\(page) links to \(link.output.1)")
            }
        }
        #expect(pages.count > 10)
    }

    @Test(
        "files and folders that pages name are there", arguments: ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"])
    func paths(page: String) throws {
        for path in try Self.text(page).matches(of: /`((?:Sources|Tests|Benchmarks|docs)\/[\w\/+.-]+)`/) {
            let file = Self.root.appending(path: String(path.output.1)).path
            #expect(FileManager.default.fileExists(atPath: file), "\(page) names \(path.output.1)")
        }
    }

    /// Whether a link leads to a file, and to a heading of it if it names one.
    private static func isThere(_ link: String, from page: String) throws -> Bool {
        let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let folder = page.split(separator: "/").dropLast().joined(separator: "/")
        let target = parts[0].isEmpty ? page : folder.isEmpty ? String(parts[0]) : "\(folder)/\(parts[0])"
        guard FileManager.default.fileExists(atPath: root.appending(path: target).path) else { return false }
        guard parts.count == 2 else { return true }
        return try text(target).matches(of: /(?m)^#+ (.*)$/).contains { anchor(of: $0.output.1) == parts[1] }
    }

    /// The anchor of a heading, as sites that show Markdown make it.
    private static func anchor(of heading: Substring) -> String {
        String(
            heading.lowercased().replacing(" ", with: "-").filter { $0.isLetter || $0.isNumber || "-_".contains($0) })
    }

    private static func files(below folder: String, named ending: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: root.appending(path: folder).path)
            .filter { $0.hasSuffix(ending) }.map { "\(folder)/\($0)" }
    }

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }
}
