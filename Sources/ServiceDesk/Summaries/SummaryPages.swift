import Documents
import Resources
import Wire

/// The parts of a summary, one after the other.
struct SummaryPages {
    var blocks: [Document.Block] = []
    let zone: Zone

    init(zone: Zone) { self.zone = zone }

    mutating func addReasons(_ summary: WorkflowSummary) {
        blocks += [.heading("Why"), .facts([("Justification", summary.justification)])]
        if let first = summary.remarks.first { add([first], room: SummaryRoom()) }
    }

    mutating func addQuestion(_ summary: WorkflowSummary) {
        let task = summary.tasks.first { $0.state.id == summary.task }
        var facts = [
            ("Approver", summary.approver.name), ("Task", "\(summary.task)  \(task?.subject ?? "")"),
            ("Asked", shown(task?.state.assignedAt)), ("Answer by", shown(task?.state.target)),
            ("Needed", needed(summary, task)), ("Answers", counted(summary.answers)),
        ]
        if let effort = summary.plannedEffort { facts.append(("Planned effort", WorkflowSummary.duration(effort))) }
        blocks += [.heading("Your approval"), .facts(facts.map { (label: $0.0, value: $0.1) })]
        var room = SummaryRoom()
        if let task { add(task.instructions, &room) }
        if summary.answers.count > 1 { addAnswers(summary.answers) }
        if let task { add(task.remarks, room: room) }
    }

    private func needed(_ summary: WorkflowSummary, _ task: WorkflowSummary.Task?) -> String {
        let required = task?.state.requiredApprovals ?? 1
        let asked = summary.answers.count
        if asked == 1, required == 1 { return "Your approval alone" }
        return "\(required) of the \(asked) who are asked must approve"
    }

    private func counted(_ answers: [WorkflowSummary.Answer]) -> String {
        let counts: [(ApprovalStatus, Int)] = [.approved, .rejected, .canceled].map { status in
            (status, answers.count { $0.status == status })
        }
        let open = answers.count { $0.status.isOpen }
        return (counts.filter { $0.1 > 0 || $0.0 != .canceled }.map { "\($0.1) \($0.0.wireName)" } + ["\(open) open"])
            .joined(separator: ", ")
    }

    private mutating func addAnswers(_ answers: [WorkflowSummary.Answer]) {
        let rows = answers.prefix(WorkflowSummary.maximumAnswers).map { answer in
            [
                answer.person, answer.status.isOpen ? "Open" : WorkflowSummary.words(answer.status),
                answer.status.isOpen ? "" : shown(answer.time),
            ]
        }
        add(rows, of: answers.count, [("Who is asked", 3), ("Answer", 1.5), ("When", 2)])
    }

    mutating func addWorkflow(_ summary: WorkflowSummary) {
        blocks += [.heading("Workflow"), .facts(summary.facts + summary.customFields)]
        add(files: summary.customFiles)
        if !summary.phases.isEmpty {
            let rows = summary.phases.map { phase in
                [phase.name, phase.status, shown(phase.startedAt), shown(phase.completedAt)]
            }
            add(rows, of: rows.count, [("Phase", 3), ("Status", 1.5), ("Begun", 2), ("Completed", 2)])
        }
        guard !summary.requests.isEmpty else { return }
        blocks.append(.heading("Requests"))
        let rows = summary.requests.prefix(WorkflowSummary.maximumRequests).map { request in
            [String(request.id), request.subject, request.person, request.status]
        }
        add(rows, of: summary.requests.count, [("ID", 0.9), ("Subject", 4), ("Requested for", 2.5), ("Status", 2)])
    }

    mutating func addFindings(_ summary: WorkflowSummary) {
        let tasks = summary.tasks.filter { $0.state.category == .riskAndImpact }
        guard !tasks.isEmpty else { return }
        blocks.append(.heading("Risk and impact"))
        var room = SummaryRoom()
        for task in tasks where room.hasMore {
            let state = task.state
            let end = state.finishedAt.map { " \(shown($0))" } ?? ""
            let status = WorkflowSummary.words(state.status) + end
            blocks.append(.facts([("Task \(state.id)", "\(task.subject)  (\(status))")]))
            add(task.instructions, &room)
            if task.remarks.isEmpty, state.status.isFinished {
                blocks.append(.paragraphs([.init(StyledText("Nothing was noted.", .italic))]))
            }
            room = add(task.remarks, room: room)
        }
    }

    mutating func addTasks(_ summary: WorkflowSummary) {
        blocks.append(.heading("Tasks"))
        let rows = summary.tasks.prefix(WorkflowSummary.maximumTasks).map { task in
            [
                "\(task.state.id)\(task.state.id == summary.task ? " ◂" : "")",
                ([task.subject] + order(task)).joined(separator: "\n"),
                "\(WorkflowSummary.words(task.state.category))\nImpact: \(task.state.impact.wireName)",
                WorkflowSummary.words(task.state.status), people(task), plan(task),
            ]
        }
        add(
            rows, of: summary.tasks.count,
            [
                ("ID", 0.9), ("Subject", 3.4), ("Category, impact", 2.7), ("Status", 1.9), ("People", 2.5),
                ("Planned, duration", 3.3),
            ])
    }

    /// Where a task stands among the others.
    private func order(_ task: WorkflowSummary.Task) -> [String] {
        func list(_ ids: [Int64]) -> String {
            ids.prefix(WorkflowSummary.maximumPeople).map(String.init).joined(separator: ", ")
                + (ids.count > WorkflowSummary.maximumPeople ? " …" : "")
        }
        var lines = task.phase.map { ["Phase: \($0)"] } ?? []
        if !task.predecessors.isEmpty { lines.append("After \(list(task.predecessors))") }
        if !task.standsInFor.isEmpty { lines.append("If \(list(task.standsInFor)) fails or is rejected") }
        return lines
    }

    private func people(_ task: WorkflowSummary.Task) -> String {
        let some = task.people.prefix(WorkflowSummary.maximumPeople)
        let names = some + (task.people.count > some.count ? ["…"] : [])
        return names.isEmpty ? task.team : "\(task.team): \(names.joined(separator: ", "))"
    }

    private func plan(_ task: WorkflowSummary.Task) -> String {
        let duration = WorkflowSummary.duration(task.state.plannedDuration)
        switch task.plan {
        case .begun(nil, nil), .unknown: return duration
        case .begun(let start, let end): return "\(shown(start)) –\n\(shown(end))\n\(duration)"
        // It may never be needed.
        case .forecast where !task.standsInFor.isEmpty: return duration
        case .forecast(let start, let end): return "\(shown(start)) –\n\(shown(end))\n\(duration), forecast"
        }
    }

    mutating func addInstructions(_ summary: WorkflowSummary) {
        let categories: [TaskCategory] = [.implementation, .automation, .fulfillmentPlaceholder]
        let tasks = summary.tasks.filter { categories.contains($0.state.category) && !$0.instructions.isEmpty }
        guard !tasks.isEmpty else { return }
        blocks.append(.heading("How it is carried out"))
        var room = SummaryRoom()
        for task in tasks where room.hasMore {
            blocks.append(.facts([("Task \(task.state.id)", task.subject)]))
            add(task.instructions, &room)
        }
    }

    mutating func addNotes(_ summary: WorkflowSummary) {
        guard summary.remarks.count > 1 else { return }
        blocks.append(.heading("Notes"))
        add(Array(summary.remarks.dropFirst()), room: SummaryRoom())
    }
}
