/// The links of a workflow in one direction: for each task the indices of others, in two arrays for all.
struct WorkflowLinks: Equatable {
    /// Where the indices of each task begin in `ends`; one more at the end.
    private let starts: [Int]
    private let ends: [Int]

    /// - Parameters:
    ///   - links: pairs of indices, below `count`.
    ///   - count: how many tasks there are.
    init(_ links: [(from: Int, to: Int)], count: Int) {
        var starts = [Int](repeating: 0, count: count + 1)
        for link in links { starts[link.from + 1] += 1 }
        for index in 0..<count { starts[index + 1] += starts[index] }
        var ends = [Int](repeating: 0, count: links.count)
        var next = starts
        for link in links {
            ends[next[link.from]] = link.to
            next[link.from] += 1
        }
        (self.starts, self.ends) = (starts, ends)
    }

    subscript(index: Int) -> ArraySlice<Int> { ends[starts[index]..<starts[index + 1]] }
}
