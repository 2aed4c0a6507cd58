import Resources
import Wire

/// What follows for a workflow and its tasks from what the tasks are
/// (docs/protocol/workflows.md#status-of-a-workflow). Pure: it asks nothing and knows no database.
enum WorkflowRules {
    // MARK: Which tasks begin

    /// The indices of registered tasks that begin now.
    static func beginning(_ graph: WorkflowGraph, at now: Timestamp) -> [Int] {
        ready(graph).filter { begins(graph, $0) <= now }
    }

    /// When the next tasks begin that wait for nothing but a time; nil when none does.
    static func nextBeginning(_ graph: WorkflowGraph, after now: Timestamp) -> Timestamp? {
        ready(graph).lazy.map { begins(graph, $0) }.filter { $0 > now }.min()
    }

    /// The indices of tasks that wait for nothing but a time. One that takes over begins when one it guards has failed,
    /// also when it stands after that one, or after what waits for that one.
    private static func ready(_ graph: WorkflowGraph) -> [Int] {
        let spares = spares(graph)
        return graph.tasks.indices.filter { index in
            guard graph.tasks[index].status == .registered, !spares[index] else { return false }
            let guarded = graph.guarded[index]
            let failed = guarded.filter { graph.tasks[$0].status.isBad }
            if !guarded.isEmpty, failed.isEmpty { return false }
            func waits(for before: Int) -> Bool {
                !graph.tasks[before].status.releasesSuccessors && !spares[before] && !guarded.contains(before)
            }
            let predecessors = graph.predecessors[index]
            if failed.isEmpty { return !predecessors.contains(where: waits) }
            let held = held(graph, by: failed)
            return predecessors.allSatisfy { !waits(for: $0) || held.contains($0) }
        }
    }

    /// The registered tasks that wait for tasks that failed, and those that wait for these.
    private static func held(_ graph: WorkflowGraph, by failed: [Int]) -> Set<Int> {
        var held: Set<Int> = []
        var next = failed
        while let index = next.popLast() {
            for successor in graph.successors[index] where graph.tasks[successor].status == .registered {
                if held.insert(successor).inserted { next.append(successor) }
            }
        }
        return held
    }

    /// Which tasks would have taken over and were never needed, and which come after nothing else: nobody waits for
    /// them.
    private static func spares(_ graph: WorkflowGraph) -> [Bool] {
        marked(graph) { index, spares in
            let guarded = graph.guarded[index]
            if !guarded.isEmpty {
                return guarded.allSatisfy { graph.tasks[$0].status.releasesSuccessors || spares[$0] }
            }
            let before = graph.predecessors[index]
            return !before.isEmpty && before.allSatisfy { spares[$0] }
        }
    }

    /// Which tasks may never begin: those that would take over, and what comes after them.
    private static func dormant(_ graph: WorkflowGraph) -> [Bool] {
        marked(graph) { index, dormant in
            let guarded = graph.guarded[index]
            return !guarded.isEmpty && !guarded.contains { graph.tasks[$0].status.isBad }
                || graph.predecessors[index].contains { dormant[$0] }
        }
    }

    /// Marks registered tasks by themselves and by the marks of those before them, and of those they would take over
    /// for.
    private static func marked(_ graph: WorkflowGraph, _ isMarked: (Int, [Bool]) -> Bool) -> [Bool] {
        var marks = [Bool](repeating: false, count: graph.tasks.count)
        guard graph.failures.contains(where: { $0 != nil }) else { return marks }
        for index in graph.order where graph.tasks[index].status == .registered {
            marks[index] = isMarked(index, marks)
        }
        return marks
    }

    /// Why a task begins now: the last one that ended before it or that it takes over for; its time when there is none.
    static func cause(of index: Int, in graph: WorkflowGraph) -> WorkflowCause {
        let failed = graph.guarded[index].filter { graph.tasks[$0].status.isBad }
        let last = (graph.predecessors[index] + failed).max { finish(graph, $0) < finish(graph, $1) }
        return last.map { .task(graph.tasks[$0].id) } ?? .time
    }

    private static func begins(_ graph: WorkflowGraph, _ index: Int) -> Timestamp {
        let own = graph.tasks[index].startAt ?? .min
        guard graph.predecessors[index].isEmpty, let start = graph.startAt else { return own }
        return max(own, start)
    }

    // MARK: The workflow

    /// How far the workflow is.
    /// - Parameter reason: why it was completed by hand; a reason the rules gave counts for nothing.
    static func status(_ graph: WorkflowGraph, completedBecause reason: WorkflowCompletionReason?) -> Decided<
        WorkflowStatus
    > {
        let byHand = "Whoever completed it said so."
        if graph.tasks.isEmpty {
            return reason == nil ? Decided(.registered, "It has no tasks yet.") : Decided(.completed, byHand)
        }
        let spares = spares(graph)
        let counted = graph.tasks.indices.filter { !spares[$0] }
        func those(_ holds: (Int) -> Bool) -> [Int64] { counted.filter(holds).map { graph.tasks[$0].id } }
        if reason != nil, counted.allSatisfy({ graph.tasks[$0].status.isFinished }) {
            return Decided(.completed, byHand)
        }
        if counted.allSatisfy({ graph.tasks[$0].status.releasesSuccessors }) {
            let last = counted.max { finish(graph, $0) < finish(graph, $1) }
            return Decided(
                .completed, "All its tasks are completed, approved or canceled; this one was the last.",
                by: last.map { [graph.tasks[$0].id] } ?? [])
        }
        if counted.contains(where: { isHalted(graph, $0) }) {
            return Decided(
                .progressHalted, "A task failed or was rejected, and nothing has taken over.",
                by: those { isHalted(graph, $0) })
        }
        // What failed and was taken over waits for somebody who sets it back.
        let isGoing = counted.contains { graph.tasks[$0].status.isActive }
        if !isGoing, counted.contains(where: { graph.tasks[$0].status.isBad }) {
            return Decided(
                .progressHalted, "What took over for a task that failed is done, and nobody has set that task back.",
                by: those { graph.tasks[$0].status.isBad })
        }
        if isGoing {
            return Decided(.inProgress, "A task is under way.", by: those { graph.tasks[$0].status.isActive })
        }
        func hasBegun(_ index: Int) -> Bool { ![.registered, .canceled].contains(graph.tasks[index].status) }
        if counted.contains(where: hasBegun) {
            return Decided(.inProgress, "Tasks have ended, and others are still to begin.", by: those(hasBegun))
        }
        return Decided(.registered, "None of its tasks has begun.", by: those { graph.tasks[$0].status == .registered })
    }

    private static func finish(_ graph: WorkflowGraph, _ index: Int) -> Timestamp {
        graph.tasks[index].finishedAt ?? .min
    }

    /// Whether a task failed and none takes over.
    private static func isHalted(_ graph: WorkflowGraph, _ index: Int) -> Bool {
        guard graph.tasks[index].status.isBad else { return false }
        guard let failure = graph.failures[index].map({ graph.tasks[$0] }) else { return true }
        return failure.status == .registered || failure.status.isBad || failure.status == .canceled
    }

    /// The worst impact of the tasks that are not canceled.
    static func impact(_ graph: WorkflowGraph) -> Decided<WorkflowImpact> {
        let tasks = graph.tasks
        let worst = tasks.lazy.filter { $0.status != .canceled }.map(\.impact).max() ?? .none
        if worst == .none { return Decided(.none, "None of its tasks degrades a service.") }
        return Decided(
            worst, "It is the worst impact of its tasks.",
            by: tasks.filter { $0.status != .canceled && $0.impact == worst }.map(\.id))
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
        for index in graph.order {
            let task = graph.tasks[index]
            if task.status != .registered {
                forecasts[index] = Forecast(assignment: task.assignedAt, target: task.target)
                continue
            }
            var begin = max(now, begins(graph, index))
            for predecessor in graph.predecessors[index] {
                let before = graph.tasks[predecessor]
                if before.status.isFinished { continue }
                if let target = forecasts[predecessor].target { begin = max(begin, target) }
            }
            forecasts[index] = Forecast(
                assignment: begin, target: begin == .min ? nil : begin.adding(minutes: task.plannedDuration))
        }
        return forecasts
    }

    /// When the workflow is to be done: the latest target of its tasks that are not canceled.
    static func target(_ graph: WorkflowGraph, at now: Timestamp) -> Decided<Timestamp?> {
        let forecasts = forecasts(graph, at: now)
        let dormant = dormant(graph)
        let counted = graph.tasks.indices.filter { graph.tasks[$0].status != .canceled && !dormant[$0] }
        let last = counted.max { (forecasts[$0].target ?? .min) < (forecasts[$1].target ?? .min) }
        // To the second, as it is told: else each change of a task would move it by less than anybody sees.
        guard let last, let target = forecasts[last].target?.wholeSecond else {
            return Decided(nil, "None of its tasks has a target.")
        }
        return Decided(target, "Its last task is to be done then.", by: [graph.tasks[last].id])
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
}
