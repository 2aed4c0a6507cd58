import CMalloc

/// How the C library keeps memory that was given back.
enum Allocator {
    /// From this size on memory comes from the system and goes back to it.
    private static let largeBlock: Int32 = 128 << 10

    /// Gives large blocks back to the system as soon as they are free. By itself the library learns from the first
    /// large answers to keep blocks of their size in the arena of each thread, where they stay for good.
    static func returnLargeBlocks() {
        mallopt(M_MMAP_THRESHOLD, largeBlock)
    }
}
