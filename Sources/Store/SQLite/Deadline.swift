import CSQLite

/// Stops a statement that runs past its time, or for somebody who has gone: the engine asks every few thousand steps
/// whether to go on.
final class Deadline {
    private var end: ContinuousClock.Instant?
    private var caller: Caller?

    /// How many steps of the engine's virtual machine lie between two looks at the clock (about a millisecond).
    private static let stepsBetweenLooks: Int32 = 20_000

    func install(on handle: OpaquePointer) {
        sqlite3_progress_handler(
            handle, Self.stepsBetweenLooks,
            { context in
                guard let context else { return 0 }
                return Unmanaged<Deadline>.fromOpaque(context).takeUnretainedValue().hasPassed ? 1 : 0
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    func set(_ limit: Duration?, for caller: Caller?) {
        end = limit.map { .now + $0 }
        self.caller = caller
    }

    private var hasPassed: Bool { end.map { .now > $0 } ?? false || caller?.isGone() ?? false }
}
