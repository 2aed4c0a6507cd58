import Foundation
import Logging
import TestSupport
import Testing

@testable import Store

@Suite struct OpenCloseTests {
    @Test(arguments: Engine.all)
    func whatWasWrittenIsThereAfterReopening(_ engine: TestEngine) async throws {
        let place = try engine.makePlace()
        for number in 0..<3 {
            try await place.withStore { store in
                #expect(try await store.names().count == number)
                try await store.add("\(number)")
            }
        }
    }

    @Test(arguments: Engine.all)
    func closingFinishesWhatIsQueuedAndFailsWhatComesLater(_ engine: TestEngine) async throws {
        let place = try engine.makePlace()
        let store = try place.open(TestTables.migrations, Store.Options())
        let answered = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<50 {
                group.addTask { (try? await store.add("\(number)")) != nil }
            }
            group.addTask {
                store.close()
                return false
            }
            return await group.reduce(0) { $1 ? $0 + 1 : $0 }
        }
        #expect(await kindOfFailure { try await store.add("late") } == .unavailable)
        try await place.withStore { (store: Store) async throws in
            #expect(try await store.names().count == answered)
        }
    }

    @Test(arguments: Engine.all)
    func closingTwiceIsClosing(_ engine: TestEngine) async throws {
        let store = try engine.makePlace().open(TestTables.migrations, Store.Options())
        store.close()
        store.close()
        #expect(await kindOfFailure { try await store.add("late") } == .unavailable)
        #expect(await kindOfFailure { try await store.write(bulk: true) { _ = try $0.add("late") } } == .unavailable)
    }

    @Test(arguments: [
        "x", "SQLite format 3", "SQLite format 4\0", "a note of a few lines\n",
        String(repeating: "long enough to have a header", count: 100),
        "SQLite format 3\0" + String(repeating: "x", count: 5000),
    ])
    func aFileThatIsNoDatabaseCannotBeOpened(_ text: String) async throws {
        let file = try TestDatabase(on: .sqlite)
        let bytes = Data(text.utf8)
        try bytes.write(to: URL(filePath: file.path))
        #expect(
            await kindOfFailure { try file.open(TestTables.migrations, Store.Options()).close() } == .cannotOpen)
        #expect(try Data(contentsOf: URL(filePath: file.path)) == bytes, "it is left as it was")
    }

    @Test func anEmptyFileBecomesADatabase() async throws {
        let file = try TestDatabase(on: .sqlite)
        try Data().write(to: URL(filePath: file.path))
        try await file.withStore { _ = try await $0.add("one") }
    }

    @Test func aDatabaseOfAnotherProgramIsLeftAlone() async throws {
        let file = try TestDatabase(on: .sqlite)
        let foreign = try Database(SQLiteConnection(path: file.path))
        try foreign.connection.run(script: "CREATE TABLE theirs (id INTEGER)")
        #expect(
            await kindOfFailure { try file.open(TestTables.migrations, Store.Options()).close() } == .cannotOpen)
        let tables = try foreign.all("SELECT name FROM sqlite_schema") { $0.text(0) }
        #expect(tables == ["theirs"])
    }

    @Test func aPlaceThatIsNotThereCannotBeOpened() async throws {
        let file = try TestDatabase(on: .sqlite)
        for path in [file.path + "/missing/test.sqlite", "/dev/null/test.sqlite"] {
            let error = #expect(throws: StoreError.self) {
                try Store(
                    at: .file(path), migrations: TestTables.migrations, log: .init(label: "test") { _ in Quiet() }
                ).close()
            }
            #expect(error?.kind == .cannotOpen)
            #expect(error?.description.contains(path) == true)
        }
    }
}
