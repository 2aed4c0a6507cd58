import TestSupport
import Testing

@testable import Store

@Suite struct InvalidationTests {
    private static func entry(_ id: Int64) -> Invalidation { Invalidation(kind: 7, id: id) }

    @Test(arguments: Engine.all)
    func committedOnesReachTheLogInOrder(_ engine: TestEngine) async throws {
        try await engine.withStore { store in
            for id in 1...5 {
                try await store.write { transaction in
                    transaction.invalidate(Self.entry(Int64(id) * 10))
                    transaction.invalidate(Self.entry(Int64(id) * 10 + 1))
                }
            }
            let (entries, position) = store.invalidations.entries(after: 0)
            #expect(entries.map(\.id) == [10, 11, 20, 21, 30, 31, 40, 41, 50, 51])
            #expect(position == store.invalidations.position)
            #expect(store.invalidations.entries(after: 8).entries == [Self.entry(50), Self.entry(51)])
            #expect(store.invalidations.entries(after: position).entries.isEmpty)
        }
    }

    @Test(arguments: Engine.all)
    func rolledBackOnesDoNot(_ engine: TestEngine) async throws {
        try await engine.withStore { store in
            await #expect(throws: Mishap()) {
                try await store.write { transaction in
                    transaction.invalidate(Self.entry(1))
                    throw Mishap()
                }
            }
            #expect(store.invalidations.position == 0)
            try await store.write { $0.invalidate(Self.entry(2)) }
            #expect(store.invalidations.entries(after: 0).entries == [Self.entry(2)])
        }
    }

    @Test(arguments: Engine.all)
    func anotherInstanceHearsThatSomethingChanged(_ engine: TestEngine) async throws {
        let place = try engine.makePlace()
        try await place.withStore { here in
            try await place.withStore { there in
                try await there.followEpoch()
                #expect(there.invalidations.position == 0)
                try await here.write { $0.invalidate(Self.entry(1)) }
                try await there.followEpoch()
                #expect(there.invalidations.entries(after: 0).entries == [.everything])
                try await there.followEpoch()
                #expect(there.invalidations.position == 1, "once is enough")
            }
        }
    }

    @Test(arguments: Engine.all)
    func ownChangesDoNotComeBack(_ engine: TestEngine) async throws {
        try await engine.withStore { store in
            for id in 1...3 {
                try await store.write { $0.invalidate(Self.entry(Int64(id))) }
                try await store.followEpoch()
            }
            #expect(store.invalidations.entries(after: 0).entries == [Self.entry(1), Self.entry(2), Self.entry(3)])
        }
    }

    @Test(arguments: Engine.all)
    func changesOfOthersAreNotMissedBehindOnesOwn(_ engine: TestEngine) async throws {
        let place = try engine.makePlace()
        try await place.withStore { here in
            try await place.withStore { there in
                try await here.write { $0.invalidate(Self.entry(1)) }
                try await there.write { $0.invalidate(Self.entry(2)) }
                try await there.followEpoch()
                #expect(there.invalidations.entries(after: 0).entries.contains(.everything))
                try await here.followEpoch()
                #expect(here.invalidations.entries(after: 0).entries == [Self.entry(1), .everything])
            }
        }
    }

    @Test(arguments: Engine.all)
    func aWriteThatChangesNothingCachedMovesNothing(_ engine: TestEngine) async throws {
        let place = try engine.makePlace()
        try await place.withStore { here in
            try await place.withStore { there in
                try await here.add("one")
                try await there.followEpoch()
                #expect(here.invalidations.position == 0)
                #expect(there.invalidations.position == 0)
            }
        }
    }

    @Test func whoIsTooFarBehindDropsEverything() {
        let log = InvalidationLog()
        for id in 0..<Int64(InvalidationLog.maximumEntries) { log.append([Self.entry(id)]) }
        #expect(log.entries(after: 0).entries.count == InvalidationLog.maximumEntries)
        log.append([Self.entry(-1)])
        #expect(log.position == UInt64(InvalidationLog.maximumEntries) + 1)
        #expect(log.entries(after: 0).entries == [.everything])
        #expect(log.entries(after: log.position - 1).entries == [Self.entry(-1)])
        log.append([])
        #expect(log.position == UInt64(InvalidationLog.maximumEntries) + 1)
    }
}
