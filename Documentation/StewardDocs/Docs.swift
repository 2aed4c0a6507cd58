import ArgumentParser
import Foundation
import RService

/// Writes the reference pages, or says which are out of date.
@main
struct Docs: ParsableCommand {
    @Argument(help: "The folder of the pages.")
    var folder = "docs/reference"

    @Flag(help: "Changes nothing; fails when a page is not what it would be written as.")
    var check = false

    func run() throws {
        let folder = URL(fileURLWithPath: folder)
        var outdated: [String] = []
        for page in ReferencePage.all {
            let file = folder.appendingPathComponent(page.name)
            if (try? String(contentsOf: file, encoding: .utf8)) == page.text { continue }
            outdated.append(page.name)
            if check { continue }
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data(page.text.utf8).write(to: file)
        }
        if check, !outdated.isEmpty {
            throw ValidationError("run 'make docs': out of date are \(outdated.joined(separator: ", "))")
        }
        print(outdated.isEmpty ? "reference pages are up to date" : "written: \(outdated.joined(separator: ", "))")
    }
}
