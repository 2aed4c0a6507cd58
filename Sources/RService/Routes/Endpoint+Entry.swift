import HTTPTypes
import Resources
import ServiceDesk
import Store
import Web

/// The endpoints that all entries which hang on a record have in the same way.
extension Endpoint {
    /// The entries of a record.
    static func entries(_ schema: Schema, of owner: Schema) -> Endpoint {
        Endpoint(
            summary: "Lists the \(schema.name) of a \(owner.noun)", access: .scope(.read, on: owner.kind),
            response: .collection(schema)
        ) { call in try await call.page(schema, of: owner) { .owned(by: $0) } }
    }

    /// One entry of a record.
    static func entry(_ schema: Schema, of owner: Schema) -> Endpoint {
        Endpoint(
            summary: "Shows one of the \(schema.name) of a \(owner.noun)", access: .scope(.read, on: owner.kind),
            response: .record(schema)
        ) { call in
            .json(try await call.desk.store.read { try call.entry($0, schema, of: owner, call.entryID) })
        }
    }

    /// Adds an entry to a record, if `If-Match` allows it, and answers it.
    static func addEntry(_ noun: any EntryNoun.Type) -> Endpoint {
        let (writing, schema, owner) = (noun.writing, noun.writing.schema, noun.writing.owner)
        return Endpoint(
            summary: "Adds one of the \(schema.name) to a \(owner.noun)", access: .scope(.update, on: owner.kind),
            response: .record(schema), status: writing.saysWhere ? .created : .ok, input: schema
        ) { call in
            let input = try await call.checked(schema)
            let (id, bytes) = try await call.write(writing) { transaction in
                try call.ifRecordMatches(transaction, noun) {
                    try noun.add(transaction, to: call.id, input, by: call.viewer)
                }
            }
            var answer = Answer.json(bytes, status: writing.saysWhere ? .created : .ok)
            if writing.saysWhere { answer.location = "\(call.origin)\(call.path)/\(id)" }
            return answer
        }
    }

    /// Changes an entry of a record, if `If-Match` allows it, and answers it.
    static func updateEntry(_ noun: any EntryNoun.Type) -> Endpoint {
        let (writing, schema, owner) = (noun.writing, noun.writing.schema, noun.writing.owner)
        return Endpoint(
            summary: "Changes one of the \(schema.name) of a \(owner.noun)", access: .scope(.update, on: owner.kind),
            response: .record(schema), input: schema
        ) { call in
            let input = try await call.checked(schema)
            let (_, bytes) = try await call.write(writing) { transaction in
                try call.ifEntryMatches(transaction, noun) {
                    try noun.update(transaction, of: call.id, entry: call.entryID, input, by: call.viewer)
                }
                return call.entryID
            }
            return .json(bytes)
        }
    }

    /// Removes an entry of a record, if `If-Match` allows it.
    static func removeEntry(_ noun: any EntryNoun.Type) -> Endpoint {
        let (schema, owner) = (noun.writing.schema, noun.writing.owner)
        return .removal("Removes one of the \(schema.name) of a \(owner.noun)", on: owner.kind) { transaction, call in
            try call.ifEntryMatches(transaction, noun) {
                try noun.remove(transaction, of: call.id, entry: call.entryID, by: call.viewer)
            }
        }
    }

    /// Removes all entries of a record that the caller may remove, if `If-Match` allows it.
    static func removeEntries(_ noun: any EntryNoun.Type) -> Endpoint {
        let (schema, owner) = (noun.writing.schema, noun.writing.owner)
        return .removal("Removes all \(schema.name) of a \(owner.noun) that the caller may remove", on: owner.kind) {
            transaction, call in
            try call.ifRecordMatches(transaction, noun) {
                try noun.remove(transaction, of: call.id, entry: nil, by: call.viewer)
            }
        }
    }
}

extension Call {
    /// An entry of the record that `id` names, if that record is seen.
    /// - Parameter eyes: from where to look; from where the caller looks if nothing else is said.
    /// - Throws: `Refusal.notFound`.
    func entry(
        _ db: Database, _ schema: Schema, of owner: Schema, _ entry: Int64, for eyes: Perspective? = nil
    ) throws -> [UInt8] {
        let eyes = eyes ?? perspective
        let record = try Single.see(db, owner, id: id, for: eyes)
        return try Single.read(db, schema, id: entry, in: .owned(by: record), for: eyes)
    }

    /// Does a change of an entry, and reads the entry as it then is, as far as the token may.
    /// - Parameter command: answers the entry's id.
    fileprivate func write(
        _ writing: EntryWriting, _ command: @escaping @Sendable (Transaction) throws -> Int64
    ) async throws -> (id: Int64, bytes: [UInt8]) {
        @Sendable func entry(_ db: Database, _ id: Int64) throws -> [UInt8] {
            try shown(writing.owner.kind, id) { try self.entry(db, writing.schema, of: writing.owner, id, for: $0) }
        }
        if writing.isReadAfterCommit {
            let id = try await desk.store.write { try command($0) }
            return (id, try await desk.store.read { try entry($0, id) })
        }
        return try await desk.store.write { transaction in
            let id = try command(transaction)
            return (id, try entry(transaction.db, id))
        }
    }

    /// Does a change if the entry is in the state that `If-Match` demands.
    fileprivate func ifEntryMatches(
        _ transaction: Transaction, _ noun: any EntryNoun.Type, _ change: () throws -> Void
    ) throws {
        if precondition.isOpen { return try change() }
        let writing = noun.writing
        try noun.lock(transaction, record: id)
        try precondition.check(transaction, locking: writing.owner.kind.table, id, for: perspective, change) {
            try entry(transaction.db, writing.schema, of: writing.owner, entryID, for: $0)
        }
    }

    /// Does a change if the record that entries hang on is in that state.
    fileprivate func ifRecordMatches<Result>(
        _ transaction: Transaction, _ noun: any EntryNoun.Type, _ change: () throws -> Result
    ) throws -> Result {
        try ifMatch(transaction, noun.writing.owner, locking: { try noun.lock($0, record: id) }, change)
    }
}
