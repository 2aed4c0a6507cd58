import CPostgres
import Dispatch
import Foundation

/// What goes over one connection to the server and comes back: whole answers, within a deadline.
final class PostgresSession {
    let handle: OpaquePointer
    /// When the server is asked to stop; nil never.
    var end: ContinuousClock.Instant?
    /// Whether nothing more is to be had from the connection.
    var isLost = false
    private let notices = Notices()
    private var isClosed = false

    /// How long the server may take to stop what was cancelled.
    private static let stoppingLimit: Duration = .seconds(2)
    /// How long asking it to may take after it has stopped.
    private static let cancelLimit: DispatchTimeInterval = .milliseconds(200)

    /// Takes over an open connection.
    init(_ handle: OpaquePointer) {
        self.handle = handle
        PQsetNoticeReceiver(
            handle,
            { notices, result in
                guard let notices else { return }
                Unmanaged<Notices>.fromOpaque(notices).takeUnretainedValue().note(result)
            }, Unmanaged.passUnretained(notices).toOpaque())
    }

    deinit { close() }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        isLost = true
        PQfinish(handle)
    }

    /// Whether the server warned of something since this was last set to false.
    var hasWarned: Bool {
        get { notices.hasWarned }
        set { notices.hasWarned = newValue }
    }

    /// Sends what `body` sends, which answers 1 when it could.
    /// - Parameter text: the statement, for messages.
    func send(_ text: String, _ body: () -> Int32) throws(StoreError) {
        if isLost { throw StoreError(.unavailable, "the connection to the database was lost") }
        if body() != 1 { throw lose("\(OneLine.of(String(cString: PQerrorMessage(handle)))), sending: \(text)") }
    }

    /// The answer to what was sent; the first error when a script had several answers.
    func receive() throws(StoreError) -> OpaquePointer {
        var kept: OpaquePointer?
        while true {
            do throws(StoreError) { try awaitInput() } catch {
                PQclear(kept)
                throw error
            }
            guard let result = PQgetResult(handle) else { break }
            keep(result, in: &kept)
            if PQresultStatus(result) == PGRES_COPY_IN { break }
        }
        guard let kept else { throw lose("the server answered nothing") }
        return kept
    }

    /// The answer to the last of several statements sent together, or the first error.
    func receivePipelined() throws(StoreError) -> OpaquePointer {
        var kept: OpaquePointer?
        while true {
            do throws(StoreError) { try awaitInput() } catch {
                PQclear(kept)
                throw error
            }
            guard let result = PQgetResult(handle) else {
                // Between the answers stands a mark, and behind a broken connection nothing but marks.
                if PQstatus(handle) == CONNECTION_OK { continue }
                break
            }
            if PQresultStatus(result) == PGRES_PIPELINE_SYNC {
                PQclear(result)
                break
            }
            keep(result, in: &kept)
        }
        guard PQexitPipelineMode(handle) == 1, let kept else {
            PQclear(kept)
            throw lose(OneLine.of(String(cString: PQerrorMessage(handle))))
        }
        return kept
    }

    private func keep(_ result: OpaquePointer, in kept: inout OpaquePointer?) {
        if PQresultStatus(kept) == PGRES_FATAL_ERROR, kept != nil { return PQclear(result) }
        PQclear(kept)
        kept = result
    }

    /// Waits until a whole answer is there. Past the deadline the server is asked to stop, and answers that it did.
    private func awaitInput() throws(StoreError) {
        var limit = end
        var cancelling: DispatchSemaphore?
        while PQisBusy(handle) == 1 {
            guard Socket.wait(PQsocket(handle), for: Int16(POLLIN), until: limit) else {
                if cancelling != nil {
                    isLost = true
                    throw StoreError(.timeout, "the server did not stop a statement that ran past its deadline")
                }
                cancelling = cancel()
                limit = .now + Self.stoppingLimit
                continue
            }
            if PQconsumeInput(handle) == 0 { throw lose(OneLine.of(String(cString: PQerrorMessage(handle)))) }
        }
        // One that is still on its way would meet the next statement.
        if let cancelling, cancelling.wait(timeout: .now() + Self.cancelLimit) == .timedOut { isLost = true }
    }

    /// Asks the server to stop. libpq waits for that without a deadline, so a thread of its own does.
    private func cancel() -> DispatchSemaphore {
        let isSent = DispatchSemaphore(value: 0)
        guard let cancel = PQgetCancel(handle) else {
            isSent.signal()
            return isSent
        }
        nonisolated(unsafe) let request = cancel
        Thread.detachNewThread {
            var problem = [CChar](repeating: 0, count: 256)
            // What fails here shows as an answer that does not come.
            _ = PQcancel(request, &problem, Int32(problem.count))
            PQfreeCancel(request)
            isSent.signal()
        }
        return isSent
    }

    /// Takes an answer of which only the success matters.
    func finish(_ result: OpaquePointer, _ text: String) throws(StoreError) {
        PQclear(try checked(result, text))
    }

    /// The answer, unless it is an error.
    func checked(_ result: OpaquePointer, _ text: String) throws(StoreError) -> OpaquePointer {
        switch PQresultStatus(result) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_COPY_IN: return result
        default:
            defer { PQclear(result) }
            throw failure(result, text)
        }
    }

    /// What went wrong, by the server's word.
    func failure(_ result: OpaquePointer, _ text: String) -> StoreError {
        let code = PostgresFailure.code(result)
        if code.isEmpty || PQstatus(handle) != CONNECTION_OK || PostgresFailure.endsConnection(code) { isLost = true }
        let kind = code.isEmpty ? .unavailable : PostgresFailure.kind(code)
        return StoreError(kind, "\(PostgresFailure.message(result)) (\(code)) in: \(OneLine.of(text))")
    }

    /// What went wrong when there is no word of the server.
    func lose(_ why: String) -> StoreError {
        isLost = true
        return StoreError(.unavailable, "the connection to the database was lost: \(why)")
    }
}
