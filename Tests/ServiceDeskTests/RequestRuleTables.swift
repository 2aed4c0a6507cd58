import Resources
import Wire

@testable import ServiceDesk

/// The cases of `RequestRulesTests`.
extension RequestRulesTests {
    static let assignments: [Case] = [
        change("nothing changes", from: state(), to: state()),
        change("a new request without team", from: nil, to: state { $0.team = nil }),
        change("a new request counts its assignment", from: nil, to: state()) { $0.assignmentCount = 1 },
        change("a new request keeps the status it was given", from: nil, to: state(.inProgress), setsStatus: true) {
            $0.assignmentCount = 1
        },
        change("a new team", from: state(.inProgress), to: state(.inProgress) { $0.team = 2 }) {
            $0.status = .assigned
            $0.assignmentCount = 1
        },
        change(
            "a new team with a status", from: state(), to: state(.onBacklog) { $0.team = 2 }, setsStatus: true
        ) { $0.assignmentCount = 1 },
        change(
            "a new team whose member the member is not", from: state { $0.member = 5 },
            to: state { ($0.team, $0.member) = (2, 5) }
        ) {
            $0.member = nil
            $0.assignmentCount = 1
        },
        change(
            "a new team whose member the member is", from: state { $0.member = 5 },
            to: state { ($0.team, $0.member) = (2, 5) }, memberInTeam: true
        ) { $0.assignmentCount = 1 },
        change(
            "a new team and a member of it", from: state { $0.member = 4 },
            to: state { ($0.team, $0.member) = (2, 5) }, setsMember: true, memberInTeam: true
        ) { $0.assignmentCount = 1 },
        change(
            "no team any more", from: state(.inProgress) { $0.member = 5 },
            to: state(.inProgress) { ($0.team, $0.member) = (nil, 5) }
        ) {
            $0.member = nil
            $0.status = .assigned
        },
        change(
            "no team and a member all the same", from: state(), to: state { ($0.team, $0.member) = (nil, 5) },
            setsMember: true),
        change(
            "accepted by a member of the team", from: state(), to: state(.accepted), setsStatus: true,
            callerInTeam: true
        ) { $0.member = caller },
        change(
            "accepted without a team", from: state { $0.team = nil }, to: state(.accepted) { $0.team = nil },
            setsStatus: true
        ) {
            $0.member = caller
        },
        change(
            "accepted for somebody", from: state(), to: state(.accepted) { $0.member = 5 }, setsStatus: true,
            setsMember: true, memberInTeam: true, callerInTeam: true),
        change("declined", from: state(), to: state(.declined), setsStatus: true),
        change("any other transition", from: state(.inProgress), to: state(.onBacklog), setsStatus: true),
        refuse("accepted by somebody else", to: state(.accepted), [("member", "Member can't be blank")]),
        refuse(
            "accepted by a member of the team, for nobody", to: state(.accepted), clearsMember: true,
            callerInTeam: true, [("member", "Member can't be blank")]),
        refuse(
            "accepted without a team, for nobody", to: state(.accepted) { $0.team = nil }, clearsMember: true,
            [("member", "Member can't be blank")]),
        refuse(
            "its member taken away while it is accepted", from: state(.accepted) { $0.member = 5 },
            to: state(.accepted), clearsMember: true, callerInTeam: true, [("member", "Member can't be blank")]),
        change("given back without a member", from: state { $0.member = 5 }, to: state(), clearsMember: true),
        refuse(
            "a member of another team", to: state { $0.member = 5 }, setsMember: true,
            [("member", "Member must be a member of the team")]),
    ]

    static let progress: [Case] = [
        change(
            "waiting with an end", from: state(), to: state(.waitingFor) { $0.waitingUntil = later }, setsStatus: true),
        change(
            "the end of waiting goes with it", from: state(.waitingFor) { $0.waitingUntil = later },
            to: state(.inProgress) { $0.waitingUntil = later }, setsStatus: true
        ) { $0.waitingUntil = nil },
        change(
            "waiting for the customer needs no end", from: state(), to: state(.waitingForCustomer), setsStatus: true),
        refuse(
            "an end without waiting", to: state { $0.waitingUntil = later },
            [("waiting_until", "Waiting until can only be set with the status waiting_for")]),
        refuse(
            "another end on leaving waiting", from: state(.waitingFor) { $0.waitingUntil = now },
            to: state(.inProgress) { $0.waitingUntil = later },
            [("waiting_until", "Waiting until can only be set with the status waiting_for")]),
        refuse("waiting without end", to: state(.waitingFor), [("waiting_until", "Waiting until can't be blank")]),
        refuse(
            "pending on no workflow", to: state(.workflowPending),
            [("status", "Status can't be workflow_pending without a workflow")]),
        refuse(
            "pending on no project", to: state(.projectPending),
            [("status", "Status can't be project_pending without a project")]),
        refuse(
            "pending on no reservation", to: state(.reservationPending),
            [("status", "Status can't be reservation_pending without a reservation")]),
        refuse(
            "an incident without impact", to: state { $0.category = .incident }, [("impact", "Impact can't be blank")]),
        change("an incident with impact", from: state(), to: state { ($0.category, $0.impact) = (.incident, .top) }),
        refuse(
            "everything at once", from: nil,
            to: state(.accepted) { ($0.category, $0.assignmentCount) = (.incident, 0) },
            [("member", "Member can't be blank"), ("impact", "Impact can't be blank")]),
        change("a desired end is the next target", from: state(), to: state { $0.desiredCompletionAt = later }) {
            $0.nextTarget = later.microseconds
        },
        change(
            "a desired end that is gone is none", from: state { $0.desiredCompletionAt = later },
            to: state { $0.nextTarget = later.microseconds }
        ) { $0.nextTarget = Target.bestEffort },
    ]

    static func completed(_ change: (inout RequestState) -> Void = { _ in }) -> RequestState {
        state(.completed) {
            $0.completionReason = .solved
            ($0.completedAt, $0.resolutionDuration, $0.nextTarget) = (later, 7, Target.noTarget)
            change(&$0)
        }
    }

    private static func done(_ state: inout RequestState, reviewed: Bool) {
        (state.completedAt, state.resolutionDuration, state.nextTarget) = (now, 90, Target.noTarget)
        state.reviewed = reviewed
    }

    private static func ended(_ reason: RequestCompletionReason, _ change: (inout RequestState) -> Void) -> RequestState
    {
        state(.completed) {
            ($0.completionReason, $0.hasService) = (reason, true)
            change(&$0)
        }
    }

    static let completion: [Case] = [
        change("completed", from: state(), to: ended(.solved) { _ in }, setsStatus: true) { done(&$0, reviewed: true) },
        change("solved, but of top impact", from: state(), to: ended(.solved) { $0.impact = .top }, setsStatus: true) {
            done(&$0, reviewed: false)
        },
        change("worked around", from: state(), to: ended(.workaround) { _ in }, setsStatus: true) {
            done(&$0, reviewed: false)
        },
        change(
            "worked around without a service", from: state(), to: ended(.workaround) { $0.hasService = false },
            setsStatus: true
        ) {
            done(&$0, reviewed: true)
        },
        change(
            "worked around in a group", from: state(), to: ended(.workaround) { $0.isGrouped = true }, setsStatus: true
        ) {
            done(&$0, reviewed: true)
        },
        change(
            "worked around by a workflow", from: state(), to: ended(.workaround) { $0.hasWorkflow = true },
            setsStatus: true
        ) {
            done(&$0, reviewed: true)
        },
        change(
            "linked to a workflow once it is completed", from: completed { ($0.hasService, $0.impact) = (true, .top) },
            to: completed { ($0.hasService, $0.impact, $0.hasWorkflow) = (true, .top, true) }
        ) { $0.reviewed = true },
        change(
            "to be reviewed all the same", from: completed { $0.reviewed = true }, to: completed { $0.reviewed = false }
        ),
        change(
            "completed while the provider is not accountable", from: state { $0.isProviderFree = true },
            to: ended(.solved) { $0.isProviderFree = true }, setsStatus: true
        ) {
            done(&$0, reviewed: true)
            $0.wasProviderFree = true
        },
        change(
            "the provider was not accountable, as is said afterwards", from: completed(),
            to: completed { $0.isProviderFree = true }
        ) { $0.wasProviderFree = true },
        change("not accountable while it is open", from: state(), to: state { $0.isProviderFree = true }),
        change(
            "once not accountable, reopened and accountable again",
            from: completed { ($0.isProviderFree, $0.wasProviderFree) = (true, true) },
            to: completed {
                ($0.status, $0.isProviderFree, $0.wasProviderFree) = (.inProgress, false, true)
            }, setsStatus: true
        ) {
            ($0.completedAt, $0.resolutionDuration, $0.completionReason) = (nil, nil, nil)
            ($0.reopenCount, $0.nextTarget) = (1, Target.bestEffort)
        },
        change("completed from the start", from: nil, to: ended(.solved) { _ in }, setsStatus: true) {
            done(&$0, reviewed: true)
            $0.assignmentCount = 1
        },
        change(
            "completed with a desired end", from: state(), to: ended(.solved) { $0.desiredCompletionAt = later },
            setsStatus: true
        ) { done(&$0, reviewed: true) },
        change("completed stays as it is", from: completed(), to: completed { $0.completionReason = .gone }),
        change("a new team does not reopen", from: completed(), to: completed { $0.team = 2 }) {
            $0.assignmentCount = 1
        },
        change(
            "reopened", from: completed { $0.reviewed = true },
            to: completed { ($0.status, $0.reviewed, $0.reopenCount) = (.inProgress, true, 2) }, setsStatus: true
        ) {
            ($0.completedAt, $0.resolutionDuration, $0.completionReason) = (nil, nil, nil)
            ($0.reopenCount, $0.nextTarget) = (3, Target.bestEffort)
        },
        refuse(
            "a reason without completion", to: state { $0.completionReason = .solved },
            [("completion_reason", "Completion reason can only be set with the status completed")]),
        refuse(
            "another reason on reopening", from: completed(),
            to: completed { ($0.status, $0.completionReason) = (.inProgress, .gone) },
            [("completion_reason", "Completion reason can only be set with the status completed")]),
        refuse(
            "completed without reason", to: state(.completed),
            [("completion_reason", "Completion reason can't be blank")]),
        refuse(
            "its reason taken away", from: completed(), to: completed { $0.completionReason = nil },
            [("completion_reason", "Completion reason can't be blank")]),
    ]
}
