import Resources
import Wire

/// What follows for a workflow and its tasks from what the tasks are (rservice-tasks-workflows §3, §6.3). Pure: it asks
/// nothing and knows no database.
enum WorkflowRules {
    /// A value, and the task that decided it.
    struct Decided<Value: Equatable>: Equatable {
        let value: Value
        let by: Int64?

        init(_ value: Value, by: Int64? = nil) {
            self.value = value
            self.by = by
        }
    }

    // MARK: Which tasks begin

    /// The places of registered tasks that begin now.
    static func beginning(_ graph: WorkflowGraph, at now: Timestamp) -> [Int] {
        graph.tasks.indices.filter { mayBegin(graph, $0) && begins(graph, $0) <= now }
    }

    /// When the next tasks begin that wait for nothing but a time; nil when none does.
    static func nextBeginning(_ graph: WorkflowGraph, after now: Timestamp) -> Timestamp? {
        graph.tasks.indices.lazy.filter { mayBegin(graph, $0) }.map { begins(graph, $0) }.filter { $0 > now }.min()
    }

    /// Whether a task waits for nothing but a time. One that takes over begins when one it guards has failed.
    private static func mayBegin(_ graph: WorkflowGraph, _ place: Int) -> Bool {
        guard graph.tasks[place].status == .registered else { return false }
        let guarded = graph.guarded[place]
        if !guarded.isEmpty, !guarded.contains(where: { graph.tasks[$0].status.isBad }) { return false }
        return graph.predecessors[place].allSatisfy { graph.tasks[$0].status.releasesSuccessors }
    }

    private static func begins(_ graph: WorkflowGraph, _ place: Int) -> Timestamp {
        let own = graph.tasks[place].startAt ?? Timestamp(microseconds: .min)
        guard graph.predecessors[place].isEmpty, let start = graph.startAt else { return own }
        return max(own, start)
    }

    // MARK: The workflow

    /// How far the workflow is.
    /// - Parameter reason: why it was completed by hand; a reason the rules gave counts for nothing.
    static func status(_ graph: WorkflowGraph, completedBecause reason: WorkflowCompletionReason?) -> Decided<
        WorkflowStatus
    > {
        if graph.tasks.isEmpty { return Decided(reason == nil ? .registered : .completed) }
        let counted = graph.tasks.indices.filter { !isSpare(graph, $0) }
        if let open = counted.first(where: { !graph.tasks[$0].status.releasesSuccessors }) {
            if reason != nil, counted.allSatisfy({ graph.tasks[$0].status.isFinished }) { return Decided(.completed) }
            if let halted = counted.first(where: { isHalted(graph, $0) }) {
                return Decided(.progressHalted, by: graph.tasks[halted].id)
            }
            if let begun = counted.first(where: { graph.tasks[$0].status != .registered }) {
                return Decided(.inProgress, by: graph.tasks[begun].id)
            }
            return Decided(.registered, by: graph.tasks[open].id)
        }
        let last = counted.max { finish(graph, $0) < finish(graph, $1) }
        return Decided(.completed, by: last.map { graph.tasks[$0].id })
    }

    private static func finish(_ graph: WorkflowGraph, _ place: Int) -> Timestamp {
        graph.tasks[place].finishedAt ?? Timestamp(microseconds: .min)
    }

    /// Whether a task failed and none takes over.
    private static func isHalted(_ graph: WorkflowGraph, _ place: Int) -> Bool {
        guard graph.tasks[place].status.isBad else { return false }
        guard let failure = graph.failures[place].map({ graph.tasks[$0] }) else { return true }
        return failure.status == .registered || failure.status.isBad || failure.status == .canceled
    }

    /// Whether a task would have taken over, and was never needed: nobody waits for it.
    private static func isSpare(_ graph: WorkflowGraph, _ place: Int) -> Bool {
        let guarded = graph.guarded[place]
        return graph.tasks[place].status == .registered && !guarded.isEmpty
            && guarded.allSatisfy { graph.tasks[$0].status.releasesSuccessors }
    }

    /// The worst impact of the tasks that are not canceled.
    static func impact(_ graph: WorkflowGraph) -> Decided<WorkflowImpact> {
        let worst = graph.tasks.filter { $0.status != .canceled }.max { $0.impact < $1.impact }
        guard let worst, worst.impact > .none else { return Decided(.none) }
        return Decided(worst.impact, by: worst.id)
    }

    /// The sum of what the tasks plan, in minutes.
    static func plannedEffort(_ graph: WorkflowGraph) -> Int64 {
        graph.tasks.reduce(0) { $0 + $1.plannedEffort }
    }

    // MARK: Time

    /// When a task will begin, and when it is to be done.
    struct Forecast: Equatable {
        var assignment: Timestamp?
        var target: Timestamp?
    }

    /// What is to be expected of each task, one pass from the first to the last.
    static func forecasts(_ graph: WorkflowGraph, at now: Timestamp) -> [Forecast] {
        var forecasts = [Forecast](repeating: Forecast(), count: graph.tasks.count)
        for place in graph.order {
            let task = graph.tasks[place]
            if task.status != .registered {
                forecasts[place] = Forecast(assignment: task.assignedAt, target: task.target)
                continue
            }
            var begin = max(now, begins(graph, place))
            for predecessor in graph.predecessors[place] {
                let before = graph.tasks[predecessor]
                if before.status.isFinished { continue }
                if let target = forecasts[predecessor].target { begin = max(begin, target) }
            }
            forecasts[place] = Forecast(assignment: begin, target: begin.adding(minutes: task.plannedDuration))
        }
        return forecasts
    }

    /// When the workflow is to be done: the latest target of its tasks that are not canceled.
    static func target(_ graph: WorkflowGraph, at now: Timestamp) -> Decided<Timestamp?> {
        let forecasts = forecasts(graph, at: now)
        let counted = graph.tasks.indices.filter { graph.tasks[$0].status != .canceled && !isSpare(graph, $0) }
        let last = counted.max { (forecasts[$0].target ?? .min) < (forecasts[$1].target ?? .min) }
        guard let last, let target = forecasts[last].target else { return Decided(nil) }
        return Decided(target, by: graph.tasks[last].id)
    }

    /// How far the tasks of a phase are, and since when.
    static func phase(_ tasks: [WorkflowGraph.Task]) -> (PhaseStatus, startedAt: Timestamp?, completedAt: Timestamp?) {
        let begun = tasks.filter { $0.status != .registered && $0.status != .canceled }
        let started = begun.compactMap(\.assignedAt).min()
        if !tasks.isEmpty, tasks.allSatisfy({ $0.status.releasesSuccessors }) {
            return (.completed, started, tasks.compactMap(\.finishedAt).max())
        }
        return (begun.isEmpty ? .registered : .inProgress, started, nil)
    }
}

extension Timestamp {
    static let min = Timestamp(microseconds: .min)

    /// So many minutes later; without calendars every minute counts.
    func adding(minutes: Int64) -> Timestamp { Timestamp(microseconds: microseconds + minutes * 60_000_000) }
}
