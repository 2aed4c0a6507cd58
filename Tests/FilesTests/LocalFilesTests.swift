import Files
import Foundation
import NIOCore
import TestSupport
import Testing
import Wire

@Suite struct LocalFilesTests {
    private let folder: TestFolder
    private let files: LocalFiles

    init() throws {
        folder = try TestFolder()
        files = LocalFiles(path: folder.path, form: LocalForm(.local, secret: [1], limits: UploadLimits()))
    }

    private func incoming(_ text: String) async throws -> IncomingFile {
        let file = try await files.receive()
        try await file.write(ByteBuffer(string: text))
        return file
    }

    @Test func aFileThatComesInIsNotThereBeforeItIsWhole() async throws {
        let key = try #require(FileKey("a/b.txt"))
        let file = try await incoming("hello")
        #expect(try await files.info(of: key) == nil)
        #expect(try await files.keep(file, as: key) == key)
        #expect(try await files.bytes(key) == Array("hello".utf8))
        #expect(folder.files == ["files/a/b.txt"])
        #expect(await file.size == 5)
    }

    @Test func whatIsDiscardedLeavesNothing() async throws {
        let file = try await files.receive()
        try await file.write(ByteBuffer(repeating: 1, count: 1_000_000))
        await file.discard()
        await file.discard()
        #expect(folder.files == [])
    }

    @Test func aFileOfTheSameNameLiesBesideTheFirst() async throws {
        let key = try #require(FileKey("a/b.txt"))
        var keys: [String] = []
        for number in 1...4 { keys.append(try await files.keep(try await incoming("\(number)"), as: key).text) }
        #expect(keys == ["a/b.txt", "a/2/b.txt", "a/3/b.txt", "a/4/b.txt"])
        #expect(try await files.bytes(key) == Array("1".utf8))
        #expect(folder.files.count == 4)
    }

    @Test func aFileNamedLikeAFolderIsNoObstacle() async throws {
        let two = try #require(FileKey("a/2"))
        let key = try #require(FileKey("a/b.txt"))
        _ = try await files.keep(try await incoming("two"), as: two)
        _ = try await files.keep(try await incoming("first"), as: key)
        #expect(try await files.keep(try await incoming("second"), as: key).text == "a/3/b.txt")
        #expect(try await files.keep(try await incoming("again"), as: two).text == "a/3/2")
    }

    @Test func namesakesHaveAnEnd() async throws {
        let key = try #require(FileKey("a/b.txt"))
        for _ in 1...100 { _ = try await files.keep(try await incoming("x"), as: key) }
        let file = try await incoming("one too many")
        await #expect(throws: UploadRefusal.self) { _ = try await files.keep(file, as: key) }
        await file.discard()
        #expect(folder.files.count == 100)
    }

    @Test func aLinkIsNoFile() async throws {
        try await files.put(ByteBuffer(string: "x"), at: try #require(FileKey("a/b.txt")))
        try FileManager.default.createSymbolicLink(
            atPath: "\(folder.path)/files/a/link", withDestinationPath: "/etc/passwd")
        let key = try #require(FileKey("a/link"))
        #expect(try await files.info(of: key) == nil)
        await #expect(throws: FileError.self) { _ = try await files.bytes(key, 0..<1) }
    }

    @Test func whatAPowerCutLeftIsRemovedOnceItIsOld() async throws {
        _ = try await incoming("cut")
        try await files.removeUnfinished(before: Timestamp.now().secondsSince1970 - 3_600)
        #expect(folder.files.count == 1)
        try await files.removeUnfinished(before: Timestamp.now().secondsSince1970 + 3_600)
        #expect(folder.files == [])
    }

    @Test func aPlaceThatIsNoFolderSaysSo() async throws {
        try Data("x".utf8).write(to: URL(filePath: "\(folder.path)/file"))
        let files = LocalFiles(
            path: "\(folder.path)/file", form: LocalForm(.local, secret: [1], limits: UploadLimits()))
        let error = await #expect(throws: FileError.self) { try await files.check() }
        #expect(error?.kind == .refused)
        #expect(error?.description.contains("\(folder.path)/file") == true)
    }
}
