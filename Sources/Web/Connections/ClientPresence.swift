import NIOCore
import Synchronization

/// Whether the client at the other end of a connection still waits for an answer.
public final class ClientPresence: Sendable {
    private let left = Atomic<Bool>(false)

    /// Whether the client has closed its side.
    public var isGone: Bool { left.load(ordering: .relaxed) }

    func leave() { left.store(true, ordering: .relaxed) }

    /// Who is at the other end of a connection; nil where that is not known.
    public static func at(_ channel: any Channel) async -> ClientPresence? {
        try? await channel.eventLoop.submit {
            try channel.pipeline.syncOperations.handler(type: ConnectionRules.self).presence
        }.get()
    }
}
