import Resources
import Testing
import Wire

@testable import ServiceDesk

/// The rules of docs/protocol/requests.md#status as tables. What a table does not name must stay as it was.
@Suite struct RequestRulesTests {
    static let created = Timestamp(microseconds: 0)
    static let now = created.adding(minutes: 90)
    static let caller: Int64 = 77
    static let later = created.adding(minutes: 500)

    /// How a request stands, in its usual form.
    static func state(_ status: RequestStatus = .assigned, _ change: (inout RequestState) -> Void = { _ in })
        -> RequestState
    {
        var state = RequestState(status: status, category: .rfi)
        state.team = 1
        change(&state)
        return state
    }

    /// A rule's case: the change, and what it comes to or is refused with.
    struct Case: Sendable, CustomStringConvertible {
        let description: String
        var before: RequestState?
        var sent: RequestState
        var setsStatus = false
        var setsMember = false
        var clearsMember = false
        var memberInTeam = false
        var callerInTeam = false
        var result: RequestState?
        var errors: [FieldError] = []
    }

    /// A change of a request that stands as `before`; `expect` says what comes on top of what was sent.
    static func change(
        _ description: String, from before: RequestState?, to sent: RequestState, setsStatus: Bool = false,
        setsMember: Bool = false, clearsMember: Bool = false, memberInTeam: Bool = false, callerInTeam: Bool = false,
        expect: (inout RequestState) -> Void = { _ in }
    ) -> Case {
        var result = sent
        expect(&result)
        return Case(
            description: description, before: before, sent: sent, setsStatus: setsStatus, setsMember: setsMember,
            clearsMember: clearsMember, memberInTeam: memberInTeam, callerInTeam: callerInTeam, result: result)
    }

    static func refuse(
        _ description: String, from before: RequestState? = state(), to sent: RequestState, setsMember: Bool = false,
        clearsMember: Bool = false, callerInTeam: Bool = false, _ errors: [(String, String)]
    ) -> Case {
        Case(
            description: description, before: before, sent: sent, setsStatus: true, setsMember: setsMember,
            clearsMember: clearsMember, callerInTeam: callerInTeam, errors: errors.map { FieldError($0, $1) })
    }

    @Test(arguments: assignments + progress + completion)
    func settles(_ rule: Case) {
        var state = rule.sent
        let errors = RequestRules.settle(
            &state,
            RequestRules.Change(
                before: rule.before, setsStatus: rule.setsStatus, setsMember: rule.setsMember,
                clearsMember: rule.clearsMember,
                isMemberInTeam: rule.memberInTeam, isCallerInTeam: rule.callerInTeam, caller: Self.caller,
                createdAt: Self.created, now: Self.now))
        #expect(errors == rule.errors)
        if let result = rule.result { #expect(state == result) }
    }
}
