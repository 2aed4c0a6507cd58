import Resources
import Testing
import Wire

@testable import ServiceDesk

/// The rules of docs/protocol/workflows.md#status-of-a-task as tables.
@Suite struct TaskRulesTests {
    static func minute(_ minutes: Int64) -> Timestamp { Timestamp(microseconds: 0).adding(minutes: minutes) }
    static let now = minute(1_000)

    static func state(_ status: TaskStatus, _ change: (inout TaskState) -> Void = { _ in }) -> TaskState {
        var state = TaskState(status: status, team: 1, plannedDuration: 10)
        if status != .registered { (state.assignedAt, state.target) = (minute(900), minute(910)) }
        if status.isFinished { (state.finishedAt, state.resolutionDuration) = (minute(950), 50) }
        change(&state)
        return state
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let before: TaskState?
        let sent: TaskState
        let result: TaskState

        init(_ name: String, _ before: TaskState?, sent: (inout TaskState) -> Void, then: (inout TaskState) -> Void) {
            testDescription = name
            self.before = before
            var state = before ?? TaskState(team: 1, plannedDuration: 10)
            sent(&state)
            self.sent = state
            then(&state)
            result = state
        }
    }

    @Test(
        "what a change brings with it; what a case does not name stays",
        arguments: [
            Case("created", nil, sent: { _ in }, then: { _ in }),
            Case(
                "created as assigned", nil, sent: { $0.status = .assigned },
                then: {
                    ($0.assignedAt, $0.target) = (now, minute(1_010))
                }),
            Case(
                "assigned", state(.registered), sent: { $0.status = .assigned },
                then: {
                    ($0.assignedAt, $0.target) = (now, minute(1_010))
                }),
            Case(
                "begun before its time", state(.registered), sent: { $0.status = .inProgress },
                then: {
                    ($0.assignedAt, $0.target) = (now, minute(1_010))
                }),
            Case("under way", state(.assigned), sent: { $0.status = .inProgress }, then: { _ in }),
            Case(
                "assigned again", state(.inProgress), sent: { $0.status = .assigned },
                then: {
                    ($0.assignedAt, $0.target) = (now, minute(1_010))
                }),
            Case(
                "planned for longer", state(.inProgress), sent: { $0.plannedDuration = 60 },
                then: {
                    $0.target = minute(960)
                }),
            Case(
                "completed", state(.inProgress), sent: { $0.status = .completed },
                then: {
                    ($0.finishedAt, $0.resolutionDuration) = (now, 100)
                }),
            Case(
                "completed before it was assigned", state(.registered), sent: { $0.status = .completed },
                then: {
                    ($0.assignedAt, $0.target, $0.finishedAt, $0.resolutionDuration) = (now, minute(1_010), now, 0)
                }),
            Case("another end", state(.completed), sent: { $0.status = .failed }, then: { _ in }),
            Case(
                "set back", state(.completed), sent: { $0.status = .assigned },
                then: {
                    ($0.assignedAt, $0.target) = (now, minute(1_010))
                    ($0.finishedAt, $0.resolutionDuration) = (nil, nil)
                }),
            Case(
                "set back to the start", state(.failed), sent: { $0.status = .registered },
                then: {
                    ($0.assignedAt, $0.target, $0.finishedAt, $0.resolutionDuration) = (nil, nil, nil, nil)
                }),
            Case(
                "no longer waiting", state(.waitingFor) { $0.waitingUntil = minute(2_000) },
                sent: { $0.status = .inProgress },
                then: {
                    $0.waitingUntil = nil
                }),
            Case(
                "another team", state(.inProgress) { $0.member = 5 }, sent: { $0.team = 2 }, then: { $0.member = nil }),
        ])
    func settles(given: Case) {
        var state = given.sent
        let errors = TaskRules.settle(&state, TaskRules.Change(before: given.before, now: Self.now))
        #expect(errors == [])
        #expect(state == given.result)
    }

    @Test(
        "a kind of work has its own ends",
        arguments: TaskCategory.allCases, [TaskStatus.failed, .rejected, .completed, .approved, .canceled])
    func ends(category: TaskCategory, status: TaskStatus) {
        var state = Self.state(.assigned) { $0.category = category }
        state.status = status
        let errors = TaskRules.settle(&state, TaskRules.Change(before: Self.state(.assigned), now: Self.now))
        let isApproval = category == .approval
        let fits = status == .canceled || isApproval == (status == .approved || status == .rejected)
        #expect(errors.map(\.field) == (fits ? [] : ["status"]))
        if fits, status == .rejected { #expect(state.rejectionCount == 1) }
    }

    @Test(
        "what does not fit together is refused by name",
        arguments: [
            (state(.waitingFor), false, false, ["waiting_until"]),
            (state(.inProgress) { $0.waitingUntil = minute(2_000) }, false, false, ["waiting_until"]),
            (state(.accepted), false, false, ["member"]), (state(.accepted), false, true, []),
            (state(.assigned) { $0.member = 5 }, true, false, ["member"]),
        ] as [(TaskState, Bool, Bool, [String])])
    func refuses(state: TaskState, setsMember: Bool, callerInTeam: Bool, fields: [String]) {
        var state = state
        let change = TaskRules.Change(
            before: Self.state(.assigned), setsMember: setsMember, isCallerInTeam: callerInTeam, caller: 9,
            now: Self.now)
        #expect(TaskRules.settle(&state, change).map(\.field) == fields)
        if callerInTeam { #expect(state.member == 9) }
    }

    @Test func nobodyAcceptsForNobody() {
        for before in [Self.state(.assigned), Self.state(.accepted) { $0.member = 5 }] {
            var state = Self.state(.accepted)
            let change = TaskRules.Change(
                before: before, clearsMember: true, isCallerInTeam: true, caller: 9, now: Self.now)
            #expect(TaskRules.settle(&state, change).map(\.field) == ["member"])
        }
    }

    @Test func severalApproversLeaveNoMember() {
        for (approvers, member) in [([], 5), ([7], 7), ([7, 8], nil)] as [([Int64], Int64?)] {
            var state = Self.state(.assigned) { ($0.category, $0.member) = (.approval, 5) }
            _ = TaskRules.settle(
                &state, TaskRules.Change(before: state, approvers: approvers, now: Self.now))
            #expect(state.member == member)
        }
    }
}

@Suite struct ApprovalRulesTests {
    private static func answers(_ statuses: [ApprovalStatus]) -> [ApprovalRules.Answer] {
        statuses.enumerated().map { ApprovalRules.Answer(id: Int64($0 + 1), status: $1) }
    }

    @Test(
        "what the answers come to, by each rule of rejection",
        arguments: [
            ([], 1, nil, nil), ([.assigned], 1, nil, nil), ([.approved], 1, .approved, .approved),
            ([.approved, .assigned], 2, nil, nil), ([.approved, .assigned, .approved], 2, .approved, .approved),
            ([.approved, .approved, .rejected], 2, .approved, .approved),
            ([.rejected, .assigned, .assigned], 2, nil, .rejected),
            ([.rejected, .assigned, .rejected], 2, .rejected, .rejected),
            ([.rejected, .approved], 2, .rejected, .rejected), ([.rejected], 1, .rejected, .rejected),
            ([.rejected, .assigned], 1, nil, .rejected), ([.rejected, .registered], 1, nil, .rejected),
            ([.rejected, .canceled], 1, .rejected, .rejected),
            // Too few are asked, but nobody has said no: others may be asked yet.
            ([.approved], 2, nil, nil), ([.canceled], 1, nil, nil),
        ] as [([ApprovalStatus], Int64, TaskStatus?, TaskStatus?)])
    func verdicts(statuses: [ApprovalStatus], required: Int64, outOfReach: TaskStatus?, first: TaskStatus?) {
        let answers = Self.answers(statuses)
        #expect(ApprovalRules.verdict(answers, required: required)?.status == outOfReach)
        #expect(ApprovalRules.verdict(answers, required: required, rule: .firstRejection)?.status == first)
    }

    @Test func theVerdictNamesWhoDecided() {
        #expect(ApprovalRules.verdict(Self.answers([.approved, .assigned, .approved]), required: 2)?.decidedBy == 3)
        #expect(ApprovalRules.verdict(Self.answers([.rejected, .approved]), required: 2)?.decidedBy == 1)
    }

    @Test(
        "approvals follow their task",
        arguments: [
            (.registered, .assigned, .registered, .assigned), (.registered, .registered, nil, .registered),
            (.assigned, .accepted, .assigned, .assigned), (.approved, .inProgress, .assigned, .approved),
            (.assigned, .approved, .assigned, .canceled), (.registered, .canceled, .registered, .canceled),
            (.approved, .approved, .assigned, .approved), (.rejected, .rejected, .assigned, .rejected),
            (.approved, .assigned, .approved, .assigned), (.canceled, .assigned, .rejected, .assigned),
            (.approved, .registered, .approved, .registered), (.assigned, .registered, .assigned, .registered),
        ] as [(ApprovalStatus, TaskStatus, TaskStatus?, ApprovalStatus)])
    func follow(approval: ApprovalStatus, task: TaskStatus, before: TaskStatus?, result: ApprovalStatus) {
        #expect(ApprovalRules.status(approval, whenTaskIs: task, before: before) == result)
    }

    @Test(
        "a name becomes part of a file's name as far as it is Latin",
        arguments: [
            ("Mark Camillo", "mark-camillo"), ("José Núñez-Öst", "jose-nunez-ost"), ("  O'Neill  3rd ", "o-neill-3rd"),
            ("Øst Łukasz Ægir", "ost-lukasz-aegir"), ("山田太郎", nil), ("Анна", nil), ("123", nil), ("", nil),
            ("a/../b", "a-b"),
        ] as [(String, String?)])
    func slugs(name: String, slug: String?) { #expect(WorkflowSummary.slug(name) == slug) }
}
