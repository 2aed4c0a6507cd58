import NIOCore
import Synchronization

/// Closes a connection whose reader has taken nothing for long, so that it holds no file and no memory for ever. The
/// framework's own timer ends with the request.
final class ReaderWatch: Sendable {
    private let pieces = Atomic<Int>(0)
    private let task = Mutex<Task<Void, Never>?>(nil)

    init(_ channel: any Channel, patience: Duration) {
        let watching = Task { [weak self] in
            var seen = -1
            while let pieces = self?.pieces.load(ordering: .relaxed) {
                if pieces == seen { return channel.close(promise: nil) }
                seen = pieces
                guard (try? await Task.sleep(for: patience)) != nil else { return }
            }
        }
        task.withLock { $0 = watching }
    }

    /// The reader took a piece.
    func tookSome() { pieces.add(1, ordering: .relaxed) }

    /// All was read, or nothing more will be.
    func end() { task.withLock { $0?.cancel() } }
}
