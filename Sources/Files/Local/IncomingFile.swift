import Foundation
import NIOCore
import NIOPosix

/// A file that is coming in. Whoever made one finishes or discards it.
public actor IncomingFile {
    private var descriptor: Int32
    private let path: String
    private let pool: NIOThreadPool
    private var pending: [ByteBuffer] = []
    private var pendingBytes = 0
    /// How many bytes have come in.
    public private(set) var size: Int64 = 0

    /// What is being put on disk while more comes in, and how many bytes came in before it began.
    private var syncing: (work: Task<Void, any Error>, size: Int64)?

    /// How many bytes are written at a time.
    private static let batch = 256 << 10
    /// After how many bytes what came in so far is put on disk. At the end only the rest is waited for.
    private static let syncInterval: Int64 = 16 << 20

    init(_ descriptor: Int32, _ path: String, _ pool: NIOThreadPool) {
        self.descriptor = descriptor
        self.path = path
        self.pool = pool
    }

    /// Takes a piece.
    public func write(_ bytes: ByteBuffer) async throws {
        size += Int64(bytes.readableBytes)
        pending.append(bytes)
        pendingBytes += bytes.readableBytes
        if pendingBytes >= Self.batch { try await flush() }
    }

    private func flush() async throws {
        let pieces = pending
        (pending, pendingBytes) = ([], 0)
        if pieces.isEmpty { return }
        try await pool.runIfActive { [descriptor, path] in
            for piece in pieces { try Self.write(piece, descriptor, path) }
        }
        if size - (syncing?.size ?? 0) >= Self.syncInterval {
            try await syncing?.work.value
            syncing = (
                Task { [pool, descriptor, path] in try await pool.runIfActive { try Self.sync(descriptor, path) } },
                size
            )
        }
    }

    private static func sync(_ descriptor: Int32, _ path: String) throws {
        if fdatasync(descriptor) != 0 { throw FileError(errno, "writing", path) }
    }

    private static func write(_ piece: ByteBuffer, _ descriptor: Int32, _ path: String) throws {
        try piece.withUnsafeReadableBytes { bytes in
            var done = 0
            while done < bytes.count {
                let count = Foundation.write(descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done)
                if count >= 0 {
                    done += count
                } else if errno != EINTR {
                    throw FileError(errno, "writing", path)
                }
            }
        }
    }

    /// Puts the whole file on disk at a place where nothing is.
    /// - Returns: false when something is there; then the file still waits.
    func finish(at place: String) async throws -> Bool {
        try await settle(place) { path in
            if link(path, place) == 0 { return true }
            // A folder of its name counts too, and so does a file where a folder would have to be.
            if errno == EEXIST || errno == ENOTDIR { return false }
            throw FileError(errno, "storing", place)
        }
    }

    /// Puts the whole file on disk in place of what is there.
    func finish(replacing place: String) async throws {
        _ = try await settle(place) { path in
            if rename(path, place) == 0 { return true }
            throw FileError(errno, "storing", place)
        }
    }

    private func settle(
        _ place: String, _ move: @escaping @Sendable (String) throws -> Bool
    ) async throws -> Bool {
        try await flush()
        try await syncing?.work.value
        let isSettled = try await pool.runIfActive { [descriptor, path] in
            try Self.sync(descriptor, path)
            let folder = FileKey.parent(place)
            try Folders.make(folder)
            guard try move(path) else { return false }
            unlink(path)
            try Folders.sync(folder)
            return true
        }
        if isSettled { await discard() }
        return isSettled
    }

    /// Leaves nothing behind.
    public func discard() async {
        guard descriptor >= 0 else { return }
        let open = descriptor
        descriptor = -1
        _ = await syncing?.work.result
        // Also for a call that was cancelled, whose task could do nothing more in the pool.
        await Task.detached { [pool, path] in
            _ = try? await pool.runIfActive {
                close(open)
                unlink(path)
            }
        }.value
    }
}
