import Resources
import TestSupport
import Testing
import Wire

@testable import ServiceDesk

/// What holds of every workflow, whatever happens to it: random workflows of up to eight tasks, and random events.
@Suite struct WorkflowInvariantTests {
    /// A workflow that goes on from one event to the next, as the database keeps it between two calls.
    private struct Course {
        var state: WorkflowMachine.State
        var now = WorkflowRulesTests.now
        var nextBeginning: Timestamp?
        var links: [(Int64, Int64)] = []
        var generator: SeededGenerator

        init(seed: UInt64) {
            generator = SeededGenerator(seed: seed)
            state = .init(workflow: .init(createdAt: now), graph: WorkflowGraph(tasks: [], links: []))
            var tasks: [TaskState] = []
            for id in 1...Int64.random(in: 1...8, using: &generator) {
                var task = TaskState(id: id, plannedDuration: 10)
                if chance(4) { task.startAt = now.adding(minutes: Int64.random(in: 0...50, using: &generator)) }
                if chance(3) {
                    task.category = .approval
                    task.requiredApprovals = Int64.random(in: 1...3, using: &generator)
                    state.approvals[id] = (0..<Int64.random(in: 0...3, using: &generator)).map {
                        WorkflowMachine.Approval(id: id * 10 + $0, approver: 100 + $0)
                    }
                }
                tasks.append(task)
            }
            state.graph = WorkflowGraph(
                startAt: chance(3) ? now.adding(minutes: 20) : nil, tasks: tasks, links: [])
            for _ in 0..<Int.random(in: 0...12, using: &generator) { link() }
            happen { $0.settle() }
        }

        mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &generator) == 0 }

        mutating func anyTask() -> TaskState {
            state.graph.tasks.randomElement(using: &generator) ?? TaskState()
        }

        mutating func happen(_ event: (inout WorkflowMachine) -> Void) {
            var machine = WorkflowMachine(state, now: now)
            event(&machine)
            state = machine.state
            nextBeginning = machine.nextBeginning
        }

        /// One more link of either kind, unless it closes a circle.
        mutating func link() {
            let (first, second) = (anyTask(), anyTask())
            guard state.graph.circle(closedBy: first.id, before: second.id) == nil else { return }
            var tasks = state.graph.tasks
            if chance(3) {
                guard let index = tasks.firstIndex(where: { $0.id == first.id }) else { return }
                tasks[index].failureTask = second.id
            } else {
                links.append((first.id, second.id))
            }
            state.graph = WorkflowGraph(startAt: state.graph.startAt, tasks: tasks, links: links)
        }

        /// Sets a status by hand; of what people approve, only an answer makes an end.
        mutating func set() -> String {
            var task = anyTask()
            let isAsked = !(state.approvals[task.id] ?? []).isEmpty
            let ends = isAsked ? [.canceled] : TaskRules.ends(of: task.category)
            let statuses = [.registered, .assigned, .inProgress, .waitingFor] + ends + ends
            task.status = statuses.randomElement(using: &generator) ?? .assigned
            if task.status == .waitingFor { task.waitingUntil = now.adding(minutes: 5) }
            if chance(3), task.status.isActive || !anyTask().status.isFinished {
                let isEnded = state.graph.tasks.first { $0.id == task.id }?.status.isFinished ?? false
                if !isEnded { task.requiredApprovals = Int64.random(in: 1...3, using: &generator) }
            }
            happen { #expect($0.change(task, TaskRules.Change(now: $0.now)).isEmpty) }
            return "\(task.id) set to \(task.status)"
        }

        /// An approver answers, perhaps with another number that is required.
        mutating func answer() -> String {
            let waiting = state.graph.tasks.filter { $0.status.isActive && !(state.approvals[$0.id] ?? []).isEmpty }
            guard var task = waiting.randomElement(using: &generator),
                let approval = state.approvals[task.id]?.randomElement(using: &generator)
            else { return "nobody to answer" }
            let status: ApprovalStatus = chance(2) ? .approved : .rejected
            if chance(3) { task.requiredApprovals = Int64.random(in: 1...3, using: &generator) }
            happen {
                #expect($0.change(task, answer: (approval.id, status), TaskRules.Change(now: $0.now)).isEmpty)
            }
            return "\(approval.id) answers \(status)"
        }

        mutating func step() -> String {
            switch Int.random(in: 0..<8, using: &generator) {
            case 0, 1, 2: return set()
            case 3, 4: return answer()
            case 5:
                link()
                happen { $0.settle() }
                return "a link"
            default:
                now = now.adding(minutes: 7)
                let due = state.graph.tasks.filter { $0.waitingUntil.map { $0 <= now } ?? false }
                for task in due { happen { $0.endWaiting(task: task.id) } }
                happen { $0.settle() }
                return "time"
            }
        }
    }

    @Test("an open workflow has an active task, waits for a time, or says which task halts it", arguments: 1...20)
    func nothingGetsStuck(_ block: UInt64) {
        for seed in (block * 100)..<(block * 100 + 100) {
            var course = Course(seed: seed)
            var story: [String] = []
            for _ in 0..<30 {
                story.append(course.step())
                let (state, tasks) = (course.state, course.state.graph.tasks)
                if state.workflow.end.status == .completed { continue }
                let halted = WorkflowRules.status(state.graph, completedBecause: nil)
                let isHalted = state.workflow.end.status == .progressHalted && !halted.by.isEmpty
                let goesOn = tasks.contains { $0.status.isActive } || course.nextBeginning != nil
                #expect(goesOn || isHalted, "seed \(seed): \(story), \(state.graph)")
                if !tasks.contains(where: { $0.status.isActive }), tasks.contains(where: { $0.status.isBad }) {
                    #expect(isHalted, "seed \(seed): \(story), \(state.graph)")
                }
                if !(goesOn || isHalted) { return }
            }
        }
    }

    @Test("a task is decided exactly as the answers of its approvers say", arguments: 1...20)
    func answersDecide(_ block: UInt64) {
        for seed in (block * 100)..<(block * 100 + 100) {
            var course = Course(seed: seed)
            var story: [String] = []
            for _ in 0..<30 {
                story.append(course.step())
                for task in course.state.graph.tasks {
                    let answers = course.state.approvals[task.id] ?? []
                    if answers.isEmpty || task.status == .canceled { continue }
                    let yes = answers.count { $0.status == .approved }
                    let no = answers.count { $0.status == .rejected }
                    let needed = Int(task.requiredApprovals)
                    let isRejected = no > 0 && answers.count - no < needed
                    switch task.status {
                    case .approved: #expect(yes >= needed, "seed \(seed): \(task.id), \(story)")
                    case .rejected: #expect(yes < needed && isRejected, "seed \(seed): \(task.id), \(story)")
                    default: #expect(yes < needed && !isRejected, "seed \(seed): \(task.id), \(story)")
                    }
                }
            }
        }
    }

    @Test("who takes over is assigned each time the task fails, unless it was given up or waits", arguments: 1...20)
    func failureTasksTakeOver(_ block: UInt64) {
        for seed in (block * 100)..<(block * 100 + 100) {
            var course = Course(seed: seed)
            var story: [String] = []
            for _ in 0..<30 {
                let before = course.state.graph
                story.append(course.step())
                let graph = course.state.graph
                for (index, task) in graph.tasks.enumerated() where task.status.isBad {
                    guard !before.tasks[index].status.isBad, let failure = graph.failures[index] else { continue }
                    let status = graph.tasks[failure].status
                    if status == .registered {
                        let waits = graph.predecessors[failure].contains { !graph.tasks[$0].status.releasesSuccessors }
                        #expect(waits || course.nextBeginning != nil, "seed \(seed): \(task.id), \(story)")
                    } else {
                        #expect(status.isActive || status == .canceled, "seed \(seed): \(task.id), \(story)")
                    }
                }
            }
        }
    }
}
