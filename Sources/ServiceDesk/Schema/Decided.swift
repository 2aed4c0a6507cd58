/// A value that rules gave, why, and the records that decided it.
struct Decided<Value: Equatable>: Equatable {
    let value: Value
    /// A sentence for people. Always one of the rules' own, so that it costs nothing to have.
    let sentence: String
    /// Their ids; what kind they are follows from the rule.
    let by: [Int64]

    init(_ value: Value, _ sentence: String, by: [Int64] = []) {
        self.value = value
        self.sentence = sentence
        self.by = by
    }
}
