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
    let predecessors: WorkflowLinks
    let successors: WorkflowLinks
    /// The indices of tasks for which each takes over.
    private(set) var guarded: WorkflowLinks
    /// The index of the task that takes over for each.
    private(set) var failures: [Int?] = []
    /// The indices so that every task comes after all it waits for, and after those it would take over for.
    private(set) var order: [Int] = []

    /// - Parameter links: pairs of a task and one that waits for it.
    init(startAt: Timestamp? = nil, tasks: [Task], links: [(Int64, Int64)]) {
        self.startAt = startAt
        self.tasks = tasks
        indices = Dictionary(uniqueKeysWithValues: tasks.enumerated().map { ($1.id, $0) })
        var known: [(from: Int, to: Int)] = []
        known.reserveCapacity(links.count)
        for (first, second) in links {
            if let first = indices[first], let second = indices[second] { known.append((first, second)) }
        }
        successors = WorkflowLinks(known, count: tasks.count)
        predecessors = WorkflowLinks(known.map { ($0.to, $0.from) }, count: tasks.count)
        guarded = WorkflowLinks([], count: tasks.count)
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
        let links = failures.enumerated().compactMap { index, failure in failure.map { (from: $0, to: index) } }
        guarded = WorkflowLinks(links, count: tasks.count)
        sort()
    }

    private mutating func sort() {
        var missing = tasks.indices.map { predecessors[$0].count + guarded[$0].count }
        order = missing.indices.filter { missing[$0] == 0 }
        order.reserveCapacity(tasks.count)
        var next = 0
        while next < order.count {
            for follower in followers(order[next]) {
                missing[follower] -= 1
                if missing[follower] == 0 { order.append(follower) }
            }
            next += 1
        }
        // Circles that were made before they were refused.
        if order.count < tasks.count { order += missing.indices.filter { missing[$0] > 0 } }
    }

    /// What waits for a task, and what would take over for it.
    private func followers(_ index: Int) -> ArraySlice<Int> {
        guard let failure = failures[index] else { return successors[index] }
        return successors[index] + [failure]
    }

    /// The ids along a circle that a further link would close, beginning and ending with the task that waits; nil when
    /// it closes none. What takes over for a task waits for it too.
    func circle(closedBy task: Int64, before successor: Int64) -> [Int64]? {
        if task == successor { return [task, task] }
        guard let start = indices[successor], let end = indices[task] else { return nil }
        var cameFrom: [Int: Int] = [start: start]
        var queue = [start]
        var next = 0
        while next < queue.count, cameFrom[end] == nil {
            for index in followers(queue[next]) where cameFrom[index] == nil {
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
