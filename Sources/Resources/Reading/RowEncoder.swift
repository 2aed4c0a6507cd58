import Store
import Wire

/// Prints rows as JSON objects: a list of column encoders made once from a schema and the fields asked for, and then
/// run for every row without an object, a string or a query in between.
struct RowEncoder: Sendable {
    /// What a column is printed as. Plain values, so that the loop over them costs no reference counting.
    private enum Print {
        case integer(Int32)
        case text(Int32)
        case boolean(Int32)
        case enumeration(Int32, first: Int32, count: Int32)
        case timestamp(Int32)
        case target(Int32)
        case decimal(Int32)
        case json(Int32)
        case reference(Int32, kind: Int32)
        /// - Parameter account: where the row's account stands; nil where it is the one the call works in.
        case confidential(Int32, kind: Int32, account: Int32?)
        case account(Int32)
        case fileAddress(Int32)
        case entries(Int32, number: Int32)
        case literal
        case computed(Int32, closure: Int32)
        case foreignAccount(Int32)
        case foreignAccountOf(Int32, kind: Int32)
        case disabledMark(Int32)
        case lifeCycleMark(Int32)
    }

    private struct Step {
        /// What comes before the value: comma, quoted name, colon.
        let prefix: Literal
        let print: Print
    }

    /// Where a piece of text lies among the literals.
    private struct Literal {
        let start: Int32
        let length: Int32
    }

    /// What the SELECT lists, in order; the id is first.
    private(set) var columns = ["t.id"]
    private var steps: [Step] = []
    /// All fixed text, one piece after another.
    private var literals: [UInt8] = []
    /// The quoted names of enumerations, by stored code; each enumeration's stand side by side.
    private var names: [Literal] = []
    /// The kinds of records it refers to, those that its entries refer to among them.
    private(set) var kinds: [RecordKind] = []
    private var closures: [Field.Computed] = []
    /// The to-many fields, by the number their steps have.
    private(set) var entries: [Entries] = []

    /// - Parameters:
    ///   - fields: places of the fields to print, in order.
    ///   - isForeignPossible: whether rows may belong to another account than the call works in.
    ///   - isSingle: whether a single record is printed, which says when it is archived.
    init(_ schema: Schema, fields: [Int], isForeignPossible: Bool, isSingle: Bool) {
        let account: Account = if case .account = schema.scope { isForeignPossible ? .ofRow : .own } else { .own }
        for place in fields { add(schema.fields[place], account) }
        if let name = schema.belongsWith, let field = schema.field(name), case .reference(let kind) = field.type,
            let column = field.column
        {
            step(after: "", .foreignAccountOf(use("t." + column), kind: code(of: kind)))
        } else if isForeignPossible, case .account = schema.scope {
            step(after: "", .foreignAccount(use("t.account")))
        }
        if schema.kind.isDisableable, !fields.contains(where: { schema.fields[$0].name == "disabled" }) {
            step(after: "", .disabledMark(use("t.disabled")))
        }
        if isSingle, schema.hasLifeCycle { step(after: "", .lifeCycleMark(use("t.life_cycle"))) }
    }

    /// The place of a column in the SELECT list, added when it is not there.
    mutating func use(_ column: String) -> Int32 {
        if let place = columns.firstIndex(of: column) { return Int32(place) }
        columns.append(column)
        return Int32(columns.count - 1)
    }

    /// Whose the printed rows are.
    private enum Account {
        case own
        case ofRow
    }

    private mutating func add(_ field: Field, _ account: Account) {
        if let computed = field.computed {
            // Its columns stand side by side, even if some are selected already.
            let first = Int32(columns.count)
            columns += computed.columns.map { "t." + $0 }
            closures.append(computed)
            return step(for: field, .computed(first, closure: Int32(closures.count - 1)))
        }
        if let list = field.entries {
            entries.append(list)
            for kind in list.kinds where !kinds.contains(kind) { kinds.append(kind) }
            let print = Print.entries(use(list.exists), number: Int32(entries.count - 1))
            // It brings its own name; the id stands before it.
            return field.isLeftOut ? step(after: "", print) : step(for: field, print)
        }
        guard let column = field.column else {
            switch field.type {
            case .attachments, .nothing: return step(for: field, .literal, value: "[]")
            default: return step(for: field, .literal, value: "null")
            }
        }
        let place = use("t." + column)
        switch field.type {
        case .id, .integer, .duration: step(for: field, .integer(place))
        case .string, .url, .text, .currency, .timeZone: step(for: field, .text(place))
        case .boolean: step(for: field, .boolean(place))
        case .enumeration(let enumeration):
            let first = Int32(names.count)
            // Null reads as code 0, and prints like every other code without a name.
            let count = Int(enumeration.codes.max() ?? 0) + 1
            names += Array(repeating: literal("null"), count: count)
            for (name, code) in zip(enumeration.names, enumeration.codes) {
                names[Int(first) + Int(code)] = literal("\"\(name)\"")
            }
            step(for: field, .enumeration(place, first: first, count: Int32(count)))
        case .timestamp: step(for: field, .timestamp(place))
        case .target: step(for: field, .target(place))
        case .decimal: step(for: field, .decimal(place))
        case .customFields, .stringList, .json: step(for: field, .json(place))
        case .reference(let kind):
            if kind.isConfidential {
                let account = account == .ofRow ? use("t.account") : nil
                step(for: field, .confidential(place, kind: code(of: kind), account: account))
            } else {
                step(for: field, .reference(place, kind: code(of: kind)))
            }
        case .account: step(for: field, .account(place))
        case .fileAddress: step(for: field, .fileAddress(place))
        case .absent, .attachments, .file, .nothing, .references: step(for: field, .literal, value: "null")
        }
    }

    /// Remembers the kind for resolving, and answers the code that looks it up.
    private mutating func code(of kind: RecordKind) -> Int32 {
        if !kinds.contains(kind) { kinds.append(kind) }
        return Int32(kind.code)
    }

    private mutating func step(for field: Field, _ print: Print, value: String = "") {
        step(after: "\(steps.isEmpty ? "{" : ",")\"\(field.name)\":\(value)", print)
    }

    private mutating func step(after prefix: String, _ print: Print) {
        steps.append(Step(prefix: literal(prefix), print: print))
    }

    private mutating func literal(_ text: String) -> Literal {
        defer { literals += Array(text.utf8) }
        return Literal(start: Int32(literals.count), length: Int32(text.utf8.count))
    }

    /// Prints one row. References that the cache lacks are left out and remembered there as missing; the page is then
    /// printed again after they are resolved. So are the arrays of to-many fields.
    func print(
        _ row: borrowing Row, _ perspective: Perspective, _ cache: ReferenceCache, _ lookup: inout EntryLookup,
        into buffer: inout JSONBuffer
    ) {
        // A record's times are often the same; then the text is copied instead of made again.
        var lastTime: (value: Int64, start: Int, length: Int) = (.min, 0, 0)
        func append(_ literal: Literal, _ literals: UnsafeBufferPointer<UInt8>) {
            buffer.append(
                UnsafeBufferPointer(rebasing: literals[Int(literal.start)..<Int(literal.start + literal.length)]))
        }
        literals.withUnsafeBufferPointer { literals in
            for step in steps {
                append(step.prefix, literals)
                switch step.print {
                case .literal: break
                case .integer(let column):
                    let value = row.integer(column)
                    // Null reads as zero, so only then the type has to be asked.
                    if value == 0, row.isNull(column) { buffer.appendNull() } else { buffer.append(integer: value) }
                case .text(let column):
                    let text = row.utf8(column)
                    if text.baseAddress == nil { buffer.appendNull() } else { buffer.append(string: text) }
                case .boolean(let column):
                    if row.isNull(column) { buffer.appendNull() } else { buffer.append(boolean: row.flag(column)) }
                case .enumeration(let column, let first, let count):
                    let code = Int(truncatingIfNeeded: row.integer(column))
                    append(names[Int(first) + (code < Int(count) && code > 0 ? code : 0)], literals)
                case .timestamp(let column):
                    let time = row.timestamp(column)
                    if time.microseconds == 0, row.isNull(column) {
                        buffer.appendNull()
                    } else if time.microseconds == lastTime.value {
                        buffer.appendAgain(from: lastTime.start, count: lastTime.length)
                    } else {
                        let start = buffer.count
                        buffer.append(timestamp: time, in: perspective.zone)
                        lastTime = (time.microseconds, start, buffer.count - start)
                    }
                case .target(let column): printTarget(row, column, perspective, &buffer)
                case .decimal(let column):
                    if row.isNull(column) {
                        buffer.appendNull()
                    } else {
                        buffer.append(string: WireDecimal(tenThousandths: row.integer(column)).text)
                    }
                case .json(let column):
                    if row.isNull(column) { buffer.appendNull() } else { buffer.append(row.utf8(column)) }
                case .reference(let column, let kind):
                    let id = row.integer(column)
                    if id == 0 {
                        buffer.appendNull()
                    } else if let entry = cache.entry(Int64(kind), id) {
                        cache.append(entry, seenFrom: perspective.account, to: &buffer)
                    }
                case .confidential(let column, let kind, let account):
                    let id = row.integer(column)
                    let isShown = account.map { perspective.seesAll(of: row.integer($0)) } ?? perspective.seesAccount
                    if id == 0 || !isShown {
                        buffer.appendNull()
                    } else if let entry = cache.entry(Int64(kind), id) {
                        cache.append(entry, seenFrom: perspective.account, to: &buffer)
                    }
                case .account(let column):
                    let number = row.integer(column)
                    if number == 0 {
                        buffer.appendNull()
                    } else if let entry = cache.entry(ReferenceCache.accountKind, number) {
                        cache.append(entry, seenFrom: number, to: &buffer)
                    }
                case .fileAddress(let column): perspective.files.print(row.utf8(column), into: &buffer)
                case .entries(let column, let number):
                    if row.flag(column), let array = lookup.array(number, row.integer(0)) {
                        buffer.append(array)
                    } else {
                        buffer.append(entries[Int(number)].none)
                    }
                case .computed(let first, let closure):
                    closures[Int(closure)].print(row, first, perspective, &buffer)
                case .foreignAccount(let column):
                    printForeign(row.integer(column), perspective, cache, &buffer)
                case .foreignAccountOf(let column, let kind):
                    let id = row.integer(column)
                    if id != 0, let entry = cache.entry(Int64(kind), id) {
                        printForeign(entry.account, perspective, cache, &buffer)
                    }
                case .disabledMark(let column):
                    if row.flag(column) { buffer.append(",\"disabled\":true") }
                case .lifeCycleMark(let column):
                    switch LifeCycle(rawValue: row.integer(column)) {
                    case .archived: buffer.append(",\"archived\":\"true\"")
                    case .trashed: buffer.append(",\"trashed\":\"true\"")
                    case .active, nil: break
                    }
                }
            }
        }
        buffer.append(steps.isEmpty ? "{}" : "}")
    }

    private func printForeign(
        _ account: Int64, _ perspective: Perspective, _ cache: ReferenceCache, _ buffer: inout JSONBuffer
    ) {
        guard account != perspective.account, account != 0,
            let entry = cache.entry(ReferenceCache.accountKind, account)
        else { return }
        buffer.append(",\"account\":")
        cache.append(entry, seenFrom: account, to: &buffer)
    }

    private func printTarget(
        _ row: borrowing Row, _ column: Int32, _ perspective: Perspective, _ buffer: inout JSONBuffer
    ) {
        let stored = row.integer(column)
        if stored == 0, row.isNull(column) { return buffer.appendNull() }
        // Every word lies beyond every time.
        if stored < Target.bestEffort {
            buffer.append(timestamp: Timestamp(microseconds: stored), in: perspective.zone)
        } else if let word = Target.words.first(where: { $0.stored == stored }) {
            buffer.append(string: word.name)
        } else {
            buffer.appendNull()
        }
    }
}
