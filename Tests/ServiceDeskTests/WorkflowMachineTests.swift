import Resources
import Testing
import Wire

@testable import ServiceDesk

/// What becomes of a workflow when something happens to it (docs/protocol/workflows.md), as tables: what there is, what
/// happens, and all that is to be written.
@Suite struct WorkflowMachineTests {
    typealias Effect = WorkflowMachine.Effect
    typealias Approval = WorkflowMachine.Approval

    static func minute(_ minutes: Int64) -> Timestamp { Timestamp(microseconds: 0).adding(minutes: minutes) }
    static let now = minute(1_000)

    static func task(
        _ id: Int64, _ status: TaskStatus = .registered, _ change: (inout TaskState) -> Void = { _ in }
    ) -> TaskState {
        WorkflowRulesTests.task(id, status, change)
    }

    static func approving(
        _ id: Int64, _ status: TaskStatus = .assigned, required: Int64 = 1, member: Int64? = nil
    ) -> TaskState {
        task(id, status) { ($0.category, $0.requiredApprovals, $0.member) = (.approval, required, member) }
    }

    /// A machine whose workflow is in line with its tasks, so that nothing but what happens is to be written.
    static func machine(
        _ tasks: [TaskState], _ links: [(Int64, Int64)] = [], approvals: [Int64: [Approval]] = [:],
        phases: [Int64] = [], _ change: (inout WorkflowMachine.Workflow) -> Void = { _ in }
    ) -> WorkflowMachine {
        let graph = WorkflowGraph(tasks: tasks, links: links)
        var workflow = WorkflowMachine.Workflow(createdAt: minute(0))
        workflow.end.status = WorkflowRules.status(graph, completedBecause: nil).value
        workflow.target = WorkflowRules.target(graph, at: now).value
        change(&workflow)
        let phases = phases.map { id -> WorkflowMachine.Phase in
            let (status, started, completed) = WorkflowRules.phase(tasks.filter { $0.phase == id })
            return .init(id: id, status: status, startedAt: started, completedAt: completed)
        }
        return WorkflowMachine(
            .init(workflow: workflow, graph: graph, approvals: approvals, phases: phases), now: now)
    }

    /// What is to be written, in short.
    static func told(_ machine: WorkflowMachine) -> [String] {
        machine.effects.map { effect in
            switch effect {
            case .task(let task, let cause):
                "task \(task.id) \(task.status.wireName)" + (cause.map { " because \($0)" } ?? "")
            case .approval(let approval): "approval \(approval.id) \(approval.status.wireName)"
            case .summary(let approval): "summary \(approval)"
            case .workflow(let workflow): "workflow \(workflow.end.status.wireName)"
            case .phase(let phase): "phase \(phase.id) \(phase.status.wireName)"
            case .freeRequests: "requests"
            }
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let machine: WorkflowMachine
        let event: @Sendable (inout WorkflowMachine) -> Void
        let effects: [String]

        init(
            _ name: String, _ machine: WorkflowMachine, _ event: @escaping @Sendable (inout WorkflowMachine) -> Void,
            _ effects: [String]
        ) {
            testDescription = name
            self.machine = machine
            self.event = event
            self.effects = effects
        }
    }

    /// Sets a task's status by hand.
    static func set(
        _ id: Int64, _ status: TaskStatus, required: Int64? = nil
    ) -> @Sendable (inout WorkflowMachine) -> Void {
        { machine in
            guard let index = machine.state.graph.index(of: id) else { return }
            var task = machine.state.graph.tasks[index]
            task.status = status
            if let required { task.requiredApprovals = required }
            let errors = machine.change(task, TaskRules.Change(now: now))
            #expect(errors.isEmpty)
        }
    }

    /// Answers an approval of a task.
    static func answer(
        _ id: Int64, _ approval: Int64, _ status: ApprovalStatus, required: Int64? = nil
    ) -> @Sendable (inout WorkflowMachine) -> Void {
        { machine in
            guard let index = machine.state.graph.index(of: id) else { return }
            var task = machine.state.graph.tasks[index]
            if let required { task.requiredApprovals = required }
            let errors = machine.change(task, answer: (approval, status), TaskRules.Change(now: now))
            #expect(errors.isEmpty)
        }
    }

    static let asked: [Int64: [Approval]] = [
        1: [.init(id: 11, approver: 7, status: .assigned), .init(id: 12, approver: 8, status: .assigned)]
    ]

    @Test(
        "what is to be written",
        arguments: [
            Case("nothing when nothing happens", machine([task(1, .assigned)]), { $0.settle() }, []),
            Case(
                "the first task begins", machine([task(1), task(2)], [(1, 2)]), { $0.settle() },
                ["task 1 assigned because time", "workflow in_progress"]),
            Case(
                "the next task begins after the one before", machine([task(1, .assigned), task(2)], [(1, 2)]),
                set(1, .completed), ["task 1 completed because hand", "task 2 assigned because task(1)"]),
            Case(
                "who takes over begins because of the one that failed, and the workflow has another target",
                machine([task(1, .assigned) { $0.failureTask = 2 }, task(2)]), set(1, .failed),
                ["task 1 failed because hand", "task 2 assigned because task(1)", "workflow in_progress"]),
            Case(
                "who took over before takes over again",
                machine([task(1, .assigned) { $0.failureTask = 2 }, task(2, .completed)]), set(1, .failed),
                ["task 1 failed because hand", "task 2 assigned because task(1)", "workflow in_progress"]),
            Case(
                "who takes over and was given up stays so",
                machine([task(1, .assigned) { $0.failureTask = 2 }, task(2, .canceled)]), set(1, .failed),
                ["task 1 failed because hand", "workflow progress_halted"]),
            Case(
                "what was taken over and done halts the workflow",
                machine([task(1, .failed) { $0.failureTask = 2 }, task(2, .assigned)]), set(2, .completed),
                ["task 2 completed because hand", "workflow progress_halted"]),
            Case(
                "fewer that are required, with another status",
                machine(
                    [approving(1, required: 2)],
                    approvals: [
                        1: [
                            .init(id: 11, approver: 7, status: .approved),
                            .init(id: 12, approver: 8, status: .assigned),
                        ]
                    ]), set(1, .inProgress, required: 1),
                [
                    "task 1 approved because approval(11)", "approval 12 canceled", "workflow completed", "requests",
                ]),
            Case(
                "nobody takes over", machine([task(1, .assigned), task(2)], [(1, 2)]), set(1, .failed),
                ["task 1 failed because hand", "workflow progress_halted"]),
            Case(
                "the last task completes the workflow, and what waits for it", machine([task(1, .assigned)]),
                set(1, .completed), ["task 1 completed because hand", "workflow completed", "requests"]),
            Case(
                "an approver is asked when the task begins",
                machine(
                    [task(1, .assigned), approving(2, .registered)], [(1, 2)],
                    approvals: [2: [.init(id: 21, approver: 7)]]), set(1, .completed),
                [
                    "task 1 completed because hand", "task 2 assigned because task(1)", "approval 21 assigned",
                    "summary 21",
                ]),
            Case(
                "one answer of two that are required", machine([approving(1, required: 2)], approvals: asked),
                answer(1, 11, .approved), ["approval 11 approved"]),
            Case(
                "the answer that decides", machine([approving(1)], approvals: asked), answer(1, 12, .approved),
                [
                    "task 1 approved because approval(12)", "approval 11 canceled", "approval 12 approved",
                    "workflow completed", "requests",
                ]),
            Case(
                "an answer with fewer that are required decides by the new number",
                machine([approving(1, required: 2)], approvals: asked), answer(1, 11, .approved, required: 1),
                [
                    "task 1 approved because approval(11)", "approval 11 approved", "approval 12 canceled",
                    "workflow completed", "requests",
                ]),
            Case(
                "a rejection that leaves too few", machine([approving(1, required: 2)], approvals: asked),
                answer(1, 11, .rejected),
                [
                    "task 1 rejected because approval(11)", "approval 11 rejected", "approval 12 canceled",
                    "workflow progress_halted",
                ]),
            Case(
                "set back, everybody is asked again",
                machine(
                    [approving(1, .rejected)],
                    approvals: [1: [.init(id: 11, approver: 7, status: .rejected)]]), set(1, .assigned),
                ["task 1 assigned because hand", "approval 11 assigned", "summary 11", "workflow in_progress"]),
            Case(
                "nobody is asked any more", machine([approving(1, member: 7)]), { $0.recount(task: 1) },
                ["task 1 assigned"]),
            Case(
                "the waiting ends", machine([task(1, .waitingFor) { $0.waitingUntil = now }]),
                { $0.endWaiting(task: 1) }, ["task 1 assigned because time", "workflow in_progress"]),
            Case(
                "completed by hand, what is open is given up",
                machine([task(1, .failed), task(2, .assigned), task(3)], [(2, 3)]),
                { $0.complete(because: .partial) },
                [
                    "task 2 canceled because workflow", "task 3 canceled because workflow", "workflow completed",
                    "requests",
                ]),
            Case(
                "the phase of a task follows it", machine([task(1, .assigned) { $0.phase = 5 }], phases: [5]),
                set(1, .completed),
                ["task 1 completed because hand", "workflow completed", "phase 5 completed", "requests"]),
            Case(
                "what is archived does not move", machine([task(1)]) { $0.isActive = false }, { $0.settle() }, []),
        ])
    func writes(_ given: Case) {
        var machine = given.machine
        given.event(&machine)
        #expect(Self.told(machine) == given.effects)
    }

    @Test("a broken rule is said, and nothing is to be written of the task")
    func refusal() {
        var machine = Self.machine([Self.approving(1), Self.task(2)])
        var task = machine.state.graph.tasks[0]
        task.status = .completed
        let errors = machine.change(task, TaskRules.Change(now: Self.now))
        #expect(errors.map(\.field) == ["status"])
        #expect(machine.effects.isEmpty)
    }
}
