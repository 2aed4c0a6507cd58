import Wire

/// A workflow as its rules see it: its tasks and which of them wait for which.
struct WorkflowGraph: Equatable {
    typealias Task = TaskState

    /// Before this no first task begins.
    var startAt: Timestamp?
    /// By id, ascending.
    private(set) var tasks: [Task]
    private let indices: [Int64: Int]
    /// The indices in `tasks` of those that each waits for, and of those that wait for it.
    let predecessors: [[Int]]
    let successors: [[Int]]
    /// The indices of tasks for which each takes over.
    private(set) var guarded: [[Int]] = []
    /// The index of the task that takes over for each.
    private(set) var failures: [Int?] = []
    /// The indices so that every task comes after all it waits for.
    let order: [Int]

    /// - Parameter links: pairs of a task and one that waits for it.
    init(startAt: Timestamp? = nil, tasks: [Task], links: [(Int64, Int64)]) {
        self.startAt = startAt
        self.tasks = tasks
        indices = Dictionary(uniqueKeysWithValues: tasks.enumerated().map { ($1.id, $0) })
        var predecessors = [[Int]](repeating: [], count: tasks.count)
        var successors = predecessors
        for (first, second) in links {
            guard let first = indices[first], let second = indices[second] else { continue }
            predecessors[second].append(first)
            successors[first].append(second)
        }
        self.predecessors = predecessors
        self.successors = successors
        order = Self.order(predecessors, successors)
        findFailures()
    }

    /// The index of a task, or nil when it is not in this workflow.
    func index(of task: Int64) -> Int? { indices[task] }

    /// Puts what a task has become in its place.
    mutating func replace(_ index: Int, by task: Task) {
        let isGuardedAsBefore = tasks[index].failureTask == task.failureTask
        tasks[index] = task
        if !isGuardedAsBefore { findFailures() }
    }

    private mutating func findFailures() {
        failures = tasks.map { $0.failureTask.flatMap { indices[$0] } }
        guarded = [[Int]](repeating: [], count: tasks.count)
        for (index, failure) in failures.enumerated() {
            if let failure { guarded[failure].append(index) }
        }
    }

    private static func order(_ predecessors: [[Int]], _ successors: [[Int]]) -> [Int] {
        var missing = predecessors.map(\.count)
        var order = missing.indices.filter { missing[$0] == 0 }
        var next = 0
        while next < order.count {
            for successor in successors[order[next]] {
                missing[successor] -= 1
                if missing[successor] == 0 { order.append(successor) }
            }
            next += 1
        }
        return order
    }

    /// The ids along a circle that a further link would close, beginning and ending with the task that waits; nil when
    /// it closes none.
    func circle(closedBy task: Int64, before successor: Int64) -> [Int64]? {
        if task == successor { return [task, task] }
        guard let start = indices[successor], let end = indices[task] else { return nil }
        var cameFrom: [Int: Int] = [start: start]
        var queue = [start]
        var next = 0
        while next < queue.count, cameFrom[end] == nil {
            for index in successors[queue[next]] where cameFrom[index] == nil {
                cameFrom[index] = queue[next]
                queue.append(index)
            }
            next += 1
        }
        guard cameFrom[end] != nil else { return nil }
        var path = [end]
        while let last = path.last, last != start, let previous = cameFrom[last] { path.append(previous) }
        return path.reversed().map { tasks[$0].id } + [successor]
    }
}
