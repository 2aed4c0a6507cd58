import Resources
import Testing
import Wire

@testable import ServiceDesk

/// The rules of docs/protocol/workflows.md#status-of-a-workflow as tables.
@Suite struct WorkflowRulesTests {
    static func minute(_ minutes: Int64) -> Timestamp { Timestamp(microseconds: 0).adding(minutes: minutes) }
    static let now = minute(1_000)

    /// A task with what a case is about.
    static func task(
        _ id: Int64, _ status: TaskStatus = .registered, _ change: (inout WorkflowGraph.Task) -> Void = { _ in }
    ) -> WorkflowGraph.Task {
        var task = WorkflowGraph.Task(id: id, status: status, plannedDuration: 10)
        if status != .registered { (task.assignedAt, task.target) = (minute(900), minute(910)) }
        if status.isFinished { task.finishedAt = minute(905 + id) }
        change(&task)
        return task
    }

    static func failing(_ id: Int64, _ status: TaskStatus, over: Int64) -> WorkflowGraph.Task {
        task(id, status) { $0.failureTask = over }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var graph: WorkflowGraph
        var reason: WorkflowCompletionReason?

        init(
            _ name: String, _ tasks: [WorkflowGraph.Task], _ links: [(Int64, Int64)] = [], startAt: Timestamp? = nil,
            reason: WorkflowCompletionReason? = nil
        ) {
            testDescription = name
            graph = WorkflowGraph(startAt: startAt, tasks: tasks, links: links)
            self.reason = reason
        }
    }

    @Test(
        "which tasks begin, and when the next ones do",
        arguments: [
            (Case("none", []), [], nil),
            (Case("the first", [task(1), task(2)], [(1, 2)]), [1], nil),
            (Case("all without predecessors", [task(1), task(2)]), [1, 2], nil),
            (Case("not what is under way", [task(1, .assigned), task(2)], [(1, 2)]), [], nil),
            (Case("after completed", [task(1, .completed), task(2)], [(1, 2)]), [2], nil),
            (Case("after approved", [task(1, .approved), task(2)], [(1, 2)]), [2], nil),
            (Case("after canceled", [task(1, .canceled), task(2)], [(1, 2)]), [2], nil),
            (Case("not after failed", [task(1, .failed), task(2)], [(1, 2)]), [], nil),
            (Case("not after rejected", [task(1, .rejected), task(2)], [(1, 2)]), [], nil),
            (
                Case("not before all branches", [task(1, .completed), task(2, .accepted), task(3)], [(1, 3), (2, 3)]),
                [], nil
            ),
            (
                Case("after all branches", [task(1, .completed), task(2, .approved), task(3)], [(1, 3), (2, 3)]), [3],
                nil
            ),
            (Case("at its own time", [task(1) { $0.startAt = minute(1_000) }]), [1], nil),
            (Case("not before its own time", [task(1) { $0.startAt = minute(1_001) }]), [], 1_001),
            (Case("not before the workflow's", [task(1)], startAt: minute(1_002)), [], 1_002),
            (Case("the later of both", [task(1) { $0.startAt = minute(1_001) }], startAt: minute(1_002)), [], 1_002),
            (
                Case(
                    "the workflow's time is for first tasks", [task(1, .completed), task(2)], [(1, 2)],
                    startAt: minute(1_002)), [2], nil
            ),
            (Case("what takes over does not begin by itself", [failing(1, .assigned, over: 2), task(2)]), [], nil),
            (Case("nor when all went well", [failing(1, .completed, over: 2), task(2)]), [], nil),
            (Case("also when it stands after it", [failing(1, .failed, over: 2), task(2)], [(1, 2)]), [2], nil),
            (
                Case(
                    "or after what waits for it", [failing(1, .failed, over: 3), task(2), task(3)],
                    [(1, 2), (2, 3)]), [3], nil
            ),
            (
                Case(
                    "but not before what it waits for besides",
                    [failing(1, .failed, over: 3), task(2, .assigned), task(3)], [(2, 3)]), [], nil
            ),
            (
                Case(
                    "what comes after what was never needed neither",
                    [failing(1, .completed, over: 2), task(2), task(3)], [(2, 3)]), [], nil
            ),
            (
                Case(
                    "but what something else leads to begins", [failing(1, .completed, over: 2), task(2), task(3)],
                    [(2, 3), (1, 3)]), [3], nil
            ),
            (Case("it takes over after a failure", [failing(1, .failed, over: 2), task(2)]), [2], nil),
            (Case("and after a rejection", [failing(1, .rejected, over: 2), task(2)]), [2], nil),
            (
                Case("of one of several", [failing(1, .completed, over: 3), failing(2, .failed, over: 3), task(3)]),
                [3], nil
            ),
        ] as [(Case, [Int64], Int64?)])
    func begins(given: Case, ids: [Int64], next: Int64?) {
        #expect(WorkflowRules.beginning(given.graph, at: Self.now).map { given.graph.tasks[$0].id } == ids)
        #expect(WorkflowRules.nextBeginning(given.graph, after: Self.now) == next.map(Self.minute))
    }

    @Test(
        "how far the workflow is, and which task says so",
        arguments: [
            (Case("no tasks", []), .registered, []),
            (Case("no tasks, ended by hand", [], reason: .withdrawn), .completed, []),
            (Case("nothing begun", [task(1), task(2)]), .registered, [1, 2]),
            (Case("one begun", [task(1), task(2, .assigned)]), .inProgress, [2]),
            (Case("one done", [task(1, .completed), task(2)]), .inProgress, [1]),
            (Case("failed", [task(1, .failed), task(2)], [(1, 2)]), .progressHalted, [1]),
            (Case("rejected", [task(1, .assigned), task(2, .rejected)]), .progressHalted, [2]),
            (Case("taken over", [failing(1, .failed, over: 2), task(2, .assigned)]), .inProgress, [2]),
            (Case("taken over and done", [failing(1, .failed, over: 2), task(2, .completed)]), .progressHalted, [1]),
            (
                Case(
                    "taken over and done, while others go on",
                    [failing(1, .failed, over: 2), task(2, .completed), task(3, .assigned)]), .inProgress, [3]
            ),
            (
                Case("taken over and failed", [failing(1, .failed, over: 2), task(2, .failed)]), .progressHalted,
                [1, 2]
            ),
            (
                Case("taken over and given up", [failing(1, .failed, over: 2), task(2, .canceled)]), .progressHalted,
                [1]
            ),
            (Case("all well", [task(1, .completed), task(2, .approved)]), .completed, [2]),
            (
                Case(
                    "the last to end says so",
                    [task(1, .completed) { $0.finishedAt = minute(999) }, task(2, .approved)]), .completed, [1]
            ),
            (Case("canceled counts as well", [task(1, .completed), task(2, .canceled)]), .completed, [2]),
            (
                Case("nobody waits for what was never needed", [failing(1, .completed, over: 2), task(2)]), .completed,
                [1]
            ),
            (Case("failed at the end", [task(1, .completed), task(2, .failed)]), .progressHalted, [2]),
            (Case("failed, ended by hand", [task(1, .completed), task(2, .failed)], reason: .failed), .completed, []),
            (
                Case("ended by hand and begun again", [task(1, .assigned), task(2, .failed)], reason: .failed),
                .progressHalted, [2]
            ),
        ] as [(Case, WorkflowStatus, [Int64])])
    func status(given: Case, status: WorkflowStatus, by: [Int64]) {
        let decided = WorkflowRules.status(given.graph, completedBecause: given.reason)
        #expect(decided.value == status)
        #expect(decided.by == by)
        #expect(!decided.sentence.isEmpty)
    }

    static func impact(_ id: Int64, _ impact: WorkflowImpact, _ status: TaskStatus = .registered) -> WorkflowGraph.Task
    {
        task(id, status) { $0.impact = impact }
    }

    @Test(
        "the impact is the worst of what is not canceled",
        arguments: [
            ([], .none, []), ([impact(1, .none)], .none, []), ([impact(1, .low), impact(2, .high)], .high, [2]),
            ([impact(1, .top, .canceled), impact(2, .low)], .low, [2]),
            ([impact(1, .medium, .completed)], .medium, [1]),
            ([impact(1, .medium), impact(2, .low), impact(3, .medium)], .medium, [1, 3]),
        ] as [([WorkflowGraph.Task], WorkflowImpact, [Int64])])
    func impacts(tasks: [WorkflowGraph.Task], impact: WorkflowImpact, by: [Int64]) {
        let decided = WorkflowRules.impact(WorkflowGraph(tasks: tasks, links: []))
        #expect(decided.value == impact)
        #expect(decided.by == by)
    }

    @Test(
        "the target is that of the last task, forecast from those before it",
        arguments: [
            (Case("none", []), nil, nil),
            (Case("one that begins now", [task(1)]), 1_010, 1),
            (Case("a row", [task(1), task(2), task(3)], [(1, 2), (2, 3)]), 1_030, 3),
            (Case("numbered against the order", [task(1), task(2), task(3)], [(3, 2), (2, 1)]), 1_030, 1),
            (
                Case("the longest branch", [task(1), task(2) { $0.plannedDuration = 50 }, task(3)], [(1, 3), (2, 3)]),
                1_060, 3
            ),
            (
                Case("from what is assigned", [task(1, .assigned) { $0.target = minute(1_100) }, task(2)], [(1, 2)]),
                1_110, 2
            ),
            (Case("overdue, so from now", [task(1, .assigned), task(2)], [(1, 2)]), 1_010, 2),
            (Case("a start to come", [task(1) { $0.startAt = minute(2_000) }]), 2_010, 1),
            (Case("the workflow's start", [task(1), task(2)], [(1, 2)], startAt: minute(3_000)), 3_020, 2),
            (Case("not what is canceled", [task(1), task(2, .canceled) { $0.target = minute(9_000) }]), 1_010, 1),
            (Case("not what was never needed", [failing(1, .completed, over: 2), task(2)]), 910, 1),
        ] as [(Case, Int64?, Int64?)])
    func target(given: Case, target: Int64?, by: Int64?) {
        let decided = WorkflowRules.target(given.graph, at: Self.now)
        #expect(decided.value == target.map(Self.minute))
        #expect(decided.by == [by].compactMap { $0 })
    }

    @Test func effortsAreAdded() {
        let tasks = [
            Self.task(1) { $0.plannedEffort = 30 }, Self.task(2), Self.task(3, .canceled) { $0.plannedEffort = 5 },
        ]
        #expect(WorkflowRules.plannedEffort(WorkflowGraph(tasks: tasks, links: [])) == 35)
    }

    @Test(
        "a link that closes a circle is found, with the way round",
        arguments: [
            ([], 1, 1, [1, 1]), ([(1, 2)], 2, 1, [1, 2, 1]), ([(1, 2), (2, 3)], 3, 1, [1, 2, 3, 1]),
            ([(1, 2), (1, 3)], 2, 3, nil), ([(1, 2), (2, 3)], 1, 3, nil), ([(1, 2), (3, 1)], 2, 3, [3, 1, 2, 3]),
        ] as [([(Int64, Int64)], Int64, Int64, [Int64]?)])
    func circles(links: [(Int64, Int64)], task: Int64, successor: Int64, circle: [Int64]?) {
        let graph = WorkflowGraph(tasks: [Self.task(1), Self.task(2), Self.task(3)], links: links)
        #expect(graph.circle(closedBy: task, before: successor) == circle)
    }

    @Test("a circle may go by what takes over as well as by what waits")
    func mixedCircles() {
        let graph = WorkflowGraph(
            tasks: [Self.failing(1, .registered, over: 2), Self.task(2), Self.task(3)], links: [(2, 3)])
        #expect(graph.circle(closedBy: 2, before: 1) == [1, 2, 1])
        #expect(graph.circle(closedBy: 3, before: 1) == [1, 2, 3, 1])
        #expect(graph.circle(closedBy: 1, before: 3) == nil)
    }

    @Test(
        "a phase begins with its first task and ends with its last",
        arguments: [
            ([], .registered, nil, nil), ([task(1)], .registered, nil, nil),
            ([task(1, .canceled)], .completed, nil, 906), ([task(1), task(2, .assigned)], .inProgress, 900, nil),
            ([task(1, .completed), task(2, .failed)], .inProgress, 900, nil),
            ([task(1, .completed), task(2, .approved)], .completed, 900, 907),
        ] as [([WorkflowGraph.Task], PhaseStatus, Int64?, Int64?)])
    func phases(tasks: [WorkflowGraph.Task], status: PhaseStatus, started: Int64?, completed: Int64?) {
        let phase = WorkflowRules.phase(tasks)
        #expect(phase.0 == status && phase.startedAt == started.map(Self.minute))
        #expect(phase.completedAt == completed.map(Self.minute))
    }

    @Test func aThousandTasksAreOnePass() {
        let tasks = (1...1_000).map { Self.task(Int64($0)) }
        let graph = WorkflowGraph(tasks: tasks, links: (1..<1_000).map { (Int64($0), Int64($0 + 1)) })
        #expect(WorkflowRules.target(graph, at: Self.now).value == Self.minute(11_000))
        #expect(WorkflowRules.beginning(graph, at: Self.now) == [0])
    }

    static let ended = WorkflowEnd(
        status: .completed, reason: .complete, completedAt: minute(950), resolutionDuration: 50)

    @Test(
        "a workflow ends once, with a reason, and what opens it again takes that back",
        arguments: [
            (
                [task(1, .completed)], WorkflowEnd(status: .inProgress), nil, false,
                WorkflowEnd(status: .completed, reason: .complete, completedAt: now, resolutionDuration: 100), true
            ),
            ([task(1, .completed)], ended, .complete, false, ended, false),
            ([task(1, .assigned)], ended, .complete, false, WorkflowEnd(status: .inProgress), false),
            ([task(1, .failed)], ended, .complete, false, WorkflowEnd(status: .progressHalted), false),
            (
                [task(1, .failed)], WorkflowEnd(status: .progressHalted), .partial, true,
                WorkflowEnd(status: .completed, reason: .partial, completedAt: now, resolutionDuration: 100), true
            ),
            (
                [task(1, .failed)], WorkflowEnd(status: .completed, reason: .partial, completedAt: minute(950)),
                .failed, true,
                WorkflowEnd(status: .completed, reason: .failed, completedAt: minute(950)), false
            ),
            (
                [task(1, .completed)], WorkflowEnd(status: .inProgress), .disruptive, true,
                WorkflowEnd(status: .completed, reason: .disruptive, completedAt: now, resolutionDuration: 100), true
            ),
            ([task(1, .completed)], ended, nil, true, ended, false),
            (
                [], nil, .withdrawn, true,
                WorkflowEnd(status: .completed, reason: .withdrawn, completedAt: now, resolutionDuration: 100), true
            ),
            ([], ended, .complete, false, ended, false), ([], nil, nil, false, WorkflowEnd(), false),
        ] as [([WorkflowGraph.Task], WorkflowEnd?, WorkflowCompletionReason?, Bool, WorkflowEnd, Bool)])
    func ends(
        tasks: [WorkflowGraph.Task], before: WorkflowEnd?, reason: WorkflowCompletionReason?, isSent: Bool,
        end: WorkflowEnd, isNow: Bool
    ) {
        let result = WorkflowEnd.settle(
            WorkflowGraph(tasks: tasks, links: []), before: before, reason: reason, isReasonSent: isSent,
            createdAt: Self.minute(900), now: Self.now)
        #expect(result.end == end)
        #expect(result.isCompletedNow == isNow)
    }
}
