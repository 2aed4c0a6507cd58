/// Comparison of what is secret.
public enum ConstantTime {
    /// Whether two signatures are the same, in a time that does not tell where they differ; that they are not of the
    /// same length may show.
    public static func areEqual(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for (left, right) in zip(left, right) { difference |= left ^ right }
        return difference == 0
    }
}
