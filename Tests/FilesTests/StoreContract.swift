import Files
import Foundation
import NIOCore
import TestSupport
import Testing
import Wire

/// The places that files can be in; every one keeps the same promises.
enum Place: String, CaseIterable, CustomTestStringConvertible {
    case folder
    case bucket

    var testDescription: String { rawValue }

    /// Lends a store; what is in a bucket is told apart by the folder each test makes up.
    func lend(_ test: (any FileStore, String) async throws -> Void) async throws {
        let root = "contract/" + UUID().uuidString.lowercased()
        switch self {
        case .folder:
            let folder = try TestFolder()
            let form = LocalForm(.local, secret: [1], limits: UploadLimits())
            try await test(LocalFiles(path: folder.path, form: form), root)
        case .bucket:
            let server = try S3Server.shared()
            let address = try S3Address("s3://steward?endpoint=\(server.endpoint)")
            let files = S3Files(address, accessKey: server.accessKey, secretKey: server.secretKey)
            do {
                try await test(files, root)
            } catch {
                await files.close()
                throw error
            }
            await files.close()
        }
    }
}

extension FileStore {
    /// The bytes of a range, or of the whole file.
    func bytes(_ key: FileKey, _ range: Range<Int64>? = nil) async throws -> [UInt8] {
        let info = try await info(of: key) ?? FileInfo(size: 0, version: "", modified: 0)
        var bytes: [UInt8] = []
        try await read(key, info, range ?? 0..<info.size) { bytes += Array(buffer: $0) }
        return bytes
    }
}

@Suite(.serialized) struct StoreContract {
    private func key(_ text: String) throws -> FileKey { try #require(FileKey(text)) }

    @Test("what was stored is there, whole, until it is removed", arguments: Place.allCases)
    func storesAndRemoves(place: Place) async throws {
        try await place.lend { files, root in
            let key = try key("\(root)/a/hello.txt")
            #expect(try await files.info(of: key) == nil)
            try await files.put(ByteBuffer(string: "hello"), at: key)
            #expect(try await files.info(of: key)?.size == 5)
            #expect(try await files.bytes(key) == Array("hello".utf8))
            #expect(try await files.keys(below: root) == [key])
            try await files.remove(key)
            #expect(try await files.info(of: key) == nil)
            #expect(try await files.keys(below: root) == [])
            try await files.remove(key)
        }
    }

    @Test("storing again replaces, and gives another version", arguments: Place.allCases)
    func replaces(place: Place) async throws {
        try await place.lend { files, root in
            let key = try key("\(root)/a.txt")
            try await files.put(ByteBuffer(string: "first"), at: key)
            let first = try #require(try await files.info(of: key))
            #expect(try await files.info(of: key) == first)
            try await files.put(ByteBuffer(string: "other"), at: key)
            let second = try #require(try await files.info(of: key))
            #expect(second.size == 5 && second.version != first.version)
            #expect(try await files.bytes(key) == Array("other".utf8))
        }
    }

    @Test("ranges are those bytes, of small and of large files", arguments: Place.allCases)
    func reads(place: Place) async throws {
        try await place.lend { files, root in
            let content = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
            let key = try key("\(root)/large.bin")
            try await files.put(ByteBuffer(bytes: content), at: key)
            let ranges: [Range<Int64>] = [
                0..<1, 0..<524_288, 524_287..<524_290, 2_999_999..<3_000_000, 0..<3_000_000, 1_000..<1_000,
            ]
            for range in ranges {
                let expected = Array(content[Int(range.lowerBound)..<Int(range.upperBound)])
                #expect(try await files.bytes(key, range) == expected, "\(range)")
            }
        }
    }

    @Test("whoever takes the pieces may stop", arguments: Place.allCases)
    func stops(place: Place) async throws {
        struct Enough: Error {}
        try await place.lend { files, root in
            let key = try key("\(root)/large.bin")
            try await files.put(ByteBuffer(repeating: 7, count: 2_000_000), at: key)
            let info = try #require(try await files.info(of: key))
            await #expect(throws: Enough.self) {
                try await files.read(key, info, 0..<2_000_000) { _ in throw Enough() }
            }
            #expect(try await files.bytes(key, 0..<3) == [7, 7, 7])
        }
    }

    @Test(
        "names of any script and with any sign come back the same", arguments: Place.allCases,
        [
            "a b.txt", "こんにちは.txt", "مرحبا.pdf", "👩‍🚒.png", "100%.txt", "a+b&c=d?e#f.txt", "<b>\"'`.html", "a\\b.txt",
            "%2e%2e", "...", ".hidden", "~", "$HOME;rm", "\u{301}a", "\u{FE0F}.txt", "e\u{301}", "é",
            String(repeating: "x", count: 255),
        ])
    func names(place: Place, name: String) async throws {
        try await place.lend { files, root in
            let key = try key("\(root)/day/\(name)")
            try await files.put(ByteBuffer(string: name), at: key)
            #expect(try await files.bytes(key) == Array(name.utf8))
            #expect(try await files.keys(below: root) == [key])
            #expect(try await files.keys(below: "\(root)/da") == [])
            try await files.remove(key)
            #expect(try await files.info(of: key) == nil)
        }
    }

    @Test("folders are no files", arguments: Place.allCases)
    func folders(place: Place) async throws {
        try await place.lend { files, root in
            try await files.put(ByteBuffer(string: "x"), at: try key("\(root)/a/b.txt"))
            #expect(try await files.info(of: try key("\(root)/a")) == nil)
            #expect(try await files.info(of: try key("\(root)/a/b.txt/c")) == nil)
            try await files.remove(try key("\(root)/a"))
            #expect(try await files.bytes(try key("\(root)/a/b.txt")) == Array("x".utf8))
        }
    }

    @Test("a place that works says so, and its form names it", arguments: Place.allCases)
    func works(place: Place) async throws {
        try await place.lend { files, _ in
            try await files.check()
            let now = Timestamp(microseconds: 1_763_712_000_000_000)
            let form = files.uploadForm(
                UploadTerms(
                    folder: "attachments/5", limits: UploadLimits(), now: now, expiry: now, address: "http://here"))
            #expect(form.provider == (place == .folder ? .local : .s3))
            #expect(form["key"] == "attachments/5/${filename}")
            #expect((form.address == "http://here") == (place == .folder))
        }
    }

    @Test("more files than fit a page are all listed", arguments: Place.allCases)
    func listsAll(place: Place) async throws {
        try await place.lend { files, root in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<1_050 {
                    let key = try key("\(root)/\(number % 7)/\(number).txt")
                    group.addTask { try await files.put(ByteBuffer(string: "x"), at: key) }
                }
                try await group.waitForAll()
            }
            #expect(Set(try await files.keys(below: root)).count == 1_050)
        }
    }
}
