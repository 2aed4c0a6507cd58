import Foundation
import NIOCore
import NIOPosix

/// Files in a folder. A file lies under its key once all of it is on disk, and before that among `incoming`, where
/// nobody looks for it.
public struct LocalFiles: FileStore {
    private let folder: String
    private let form: LocalForm
    let pool: NIOThreadPool

    /// Disks make threads wait; so many may, beside those that answer calls.
    private static let shared: NIOThreadPool = {
        let pool = NIOThreadPool(numberOfThreads: 4)
        pool.start()
        return pool
    }()

    /// How many bytes are read at a time.
    static let pieceLength = 128 << 10

    /// - Parameters:
    ///   - path: the folder; made when it is not there.
    ///   - form: how clients send files.
    public init(path: String, form: LocalForm) {
        folder = path.hasSuffix("/") ? String(path.dropLast()) : path
        self.form = form
        pool = Self.shared
    }

    /// The path of a key's file.
    private func path(_ key: FileKey) -> String { "\(folder)/files/\(key.text)" }
    private var incoming: String { "\(folder)/incoming" }

    public func info(of key: FileKey) async throws -> FileInfo? {
        let path = path(key)
        return try await pool.runIfActive {
            var facts = stat()
            guard lstat(path, &facts) == 0 else {
                if isAbsent(errno) { return nil }
                throw FileError(errno, "looking at", path)
            }
            guard facts.st_mode & S_IFMT == S_IFREG else { return nil }
            let version = String(facts.st_ino, radix: 16) + "-" + String(facts.st_mtim.tv_nsec, radix: 16)
            return FileInfo(
                size: Int64(facts.st_size), version: "\(version)-\(String(facts.st_size, radix: 16))",
                modified: Int64(facts.st_mtim.tv_sec))
        }
    }

    public func put(_ bytes: ByteBuffer, at key: FileKey) async throws {
        let file = try await receive()
        do {
            try await file.write(bytes)
            try await file.finish(replacing: path(key))
        } catch {
            await file.discard()
            throw error
        }
    }

    /// A file that comes in piece by piece.
    public func receive() async throws -> IncomingFile {
        let path = "\(incoming)/\(UUID().uuidString)"
        return try await pool.runIfActive { [incoming] in
            try Folders.make(incoming)
            let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            if descriptor < 0 { throw FileError(errno, "creating", path) }
            return IncomingFile(descriptor, path, pool)
        }
    }

    /// Puts a file that has come in under its key, or, when another has that name, in a folder beside it.
    /// - Returns: the key it lies under.
    /// - Throws: `UploadRefusal` when too many have that name; `FileError`.
    public func keep(_ file: IncomingFile, as key: FileKey) async throws -> FileKey {
        if try await file.finish(at: path(key)) { return key }
        for number in 2...Self.maximumNamesakes {
            guard let other = FileKey("\(key.folder)/\(number)/\(key.name)") else { break }
            if try await file.finish(at: path(other)) { return other }
        }
        throw UploadRefusal(
            .badName, "This form has uploaded too many files named '\(key.name)'; ask for storage again")
    }

    private static let maximumNamesakes = 100

    public func read(
        _ key: FileKey, _ info: FileInfo, _ range: Range<Int64>, _ take: (ByteBuffer) async throws -> Void
    ) async throws {
        let file = try await OpenFile(path(key), pool)
        do {
            // The next piece is read while this one is on its way.
            var offset = range.lowerBound
            var next = try await file.read(offset, min(range.upperBound - offset, Int64(Self.pieceLength)))
            while next.readableBytes > 0 {
                offset += Int64(next.readableBytes)
                let piece = next
                let (from, length) = (offset, min(range.upperBound - offset, Int64(Self.pieceLength)))
                async let following = file.read(from, length)
                try await take(piece)
                next = try await following
            }
            guard offset == range.upperBound else { throw FileError(.unavailable, "'\(key)' became shorter") }
        } catch {
            await file.close()
            throw error
        }
        await file.close()
    }

    public func remove(_ key: FileKey) async throws {
        let path = path(key)
        let root = "\(folder)/files"
        try await pool.runIfActive {
            if unlink(path) != 0, !isAbsent(errno), errno != EISDIR { throw FileError(errno, "removing", path) }
            Folders.removeEmpty(above: path, below: root)
        }
    }

    public func keys(below folder: String) async throws -> [FileKey] {
        let root = "\(self.folder)/files"
        return try await pool.runIfActive {
            let base = "\(root)/\(folder)"
            return (FileManager.default.enumerator(atPath: base)?.compactMap { $0 as? String } ?? []).compactMap {
                path in
                var facts = stat()
                guard lstat("\(base)/\(path)", &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return nil }
                return FileKey("\(folder)/\(path)")
            }
        }
    }

    public func removeUnfinished(before time: Int64) async throws {
        try await pool.runIfActive { [incoming] in
            for name in (try? FileManager.default.contentsOfDirectory(atPath: incoming)) ?? [] {
                var facts = stat()
                let path = "\(incoming)/\(name)"
                if lstat(path, &facts) == 0, facts.st_mtim.tv_sec < time { unlink(path) }
            }
        }
    }

    public func uploadForm(_ terms: UploadTerms) -> UploadForm { form.make(terms) }

    /// The kind of form that is given out.
    public var provider: UploadForm.Provider { form.provider }

    /// Whether a form that came back is of the local kind, as far as it has come.
    public func isLocal(_ form: UploadForm) -> Bool { LocalForm.isLocal(form) }

    /// What a form that came back allows.
    public func permit(_ form: UploadForm) throws(UploadRefusal) -> UploadPermit { try self.form.permit(form) }

    /// Does what an upload does.
    public func check() async throws {
        guard let key = FileKey("check/\(UUID().uuidString)") else { return }
        let file = try await receive()
        do {
            try await file.write(ByteBuffer(string: "x"))
            _ = try await keep(file, as: key)
        } catch {
            await file.discard()
            throw error
        }
        try await remove(key)
    }

    public func close() async {}
}

/// Whether an error means that there is no such file.
func isAbsent(_ error: Int32) -> Bool { error == ENOENT || error == ENOTDIR || error == ENAMETOOLONG }

extension FileError {
    /// An error of the file system.
    init(_ code: Int32, _ deed: String, _ path: String) {
        let kind: Kind =
            switch code {
            case ENOSPC, EDQUOT, EFBIG: .full
            case EMFILE, ENFILE, EIO: .unavailable
            default: .refused
            }
        self.init(kind, "\(deed) '\(path)': \(String(cString: strerror(code)))")
    }
}
