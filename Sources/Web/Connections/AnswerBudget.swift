import Synchronization

/// How many bytes of large answers may wait for their readers at a time, of everybody and of one caller. Small answers
/// are not counted: connections are.
final class AnswerBudget: Sendable {
    /// A share of the budget, given back when nobody holds it any more.
    final class Share: Sendable {
        private let budget: AnswerBudget
        private let caller: RateLimiter.Caller
        private let bytes: Int

        fileprivate init(_ budget: AnswerBudget, _ caller: RateLimiter.Caller, _ bytes: Int) {
            self.budget = budget
            self.caller = caller
            self.bytes = bytes
        }

        deinit { budget.giveBack(bytes, of: caller) }
    }

    private struct State {
        var all = 0
        var each: [RateLimiter.Caller: Int] = [:]
    }

    /// From this size on an answer is counted, and sent piece by piece.
    static let largeAnswer = 64 << 10
    /// The most bytes of all.
    static let maximum = 64 << 20
    /// The most bytes of one caller; a single answer may be larger while they wait for no other.
    static let maximumPerCaller = 16 << 20

    private let state = Mutex(State())

    /// Takes a share.
    /// - Throws: `AnswersWaiting` when too many bytes wait to be read.
    func take(_ bytes: Int, for caller: RateLimiter.Caller) throws -> Share {
        let isTaken = state.withLock { state in
            let own = state.each[caller] ?? 0
            guard own == 0 || own + bytes <= Self.maximumPerCaller, state.all == 0 || state.all + bytes <= Self.maximum
            else { return false }
            state.all += bytes
            state.each[caller] = own + bytes
            return true
        }
        guard isTaken else { throw AnswersWaiting() }
        return Share(self, caller, bytes)
    }

    private func giveBack(_ bytes: Int, of caller: RateLimiter.Caller) {
        state.withLock { state in
            state.all -= bytes
            let own = (state.each[caller] ?? 0) - bytes
            state.each[caller] = own > 0 ? own : nil
        }
    }
}

/// Too many bytes of answers wait for their readers: there is no room for another large one now.
public struct AnswersWaiting: Error, CustomStringConvertible {
    /// For the log.
    public let description = "too many bytes of answers wait for their readers; read those first"
}
