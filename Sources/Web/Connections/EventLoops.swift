import Foundation
import NIOPosix

/// The threads that move bytes between sockets and handlers.
public enum EventLoops {
    /// One for every two cores. Handlers run on the task pool, which has a thread a core; as many event loops beside it
    /// only take turns with it. Measured on two cores: with one loop instead of two, lists are answered a fifth faster,
    /// because each turn of the loop then finds more answers to write, and the smallest answers 4 % slower.
    public static func group() -> MultiThreadedEventLoopGroup {
        MultiThreadedEventLoopGroup(numberOfThreads: max(1, ProcessInfo.processInfo.activeProcessorCount / 2))
    }
}
