import Foundation
import NIOCore
import NIOPosix

/// A file that is being read.
struct OpenFile: Sendable {
    private let descriptor: Int32
    private let path: String
    private let pool: NIOThreadPool

    init(_ path: String, _ pool: NIOThreadPool) async throws {
        self.path = path
        self.pool = pool
        descriptor = try await pool.runIfActive {
            let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
            if descriptor < 0 { throw FileError(errno, "opening", path) }
            return descriptor
        }
    }

    /// So many bytes from a place; fewer only at the end of the file.
    func read(_ offset: Int64, _ length: Int64) async throws -> ByteBuffer {
        guard length > 0 else { return ByteBuffer() }
        return try await pool.runIfActive {
            var buffer = ByteBufferAllocator().buffer(capacity: Int(length))
            var failure: Int32 = 0
            while buffer.readableBytes < Int(length) {
                let place = offset + Int64(buffer.readableBytes)
                let count = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: 1) { free in
                    let wanted = min(free.count, Int(length))
                    let count = pread(descriptor, free.baseAddress, wanted, off_t(place))
                    if count < 0 { failure = errno }
                    return max(count, 0)
                }
                if failure == EINTR {
                    failure = 0
                } else if failure != 0 {
                    throw FileError(failure, "reading", path)
                } else if count == 0 {
                    break
                }
            }
            return buffer
        }
    }

    func close() async {
        // Also for a call that was cancelled, whose task could do nothing more in the pool.
        await Task.detached { [pool, descriptor] in
            _ = try? await pool.runIfActive { Foundation.close(descriptor) }
        }.value
    }
}
