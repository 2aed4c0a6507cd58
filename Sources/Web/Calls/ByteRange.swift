/// The bytes that a `Range` header asks for.
public enum ByteRange: Equatable, Sendable {
    /// All: there is no such header, or it asks for several ranges or in another unit.
    case whole
    /// These, counted from 0.
    case part(Range<Int64>)
    /// None of the bytes asked for exist.
    case outside

    /// - Parameters:
    ///   - header: the value of `Range`; nil when there is none.
    ///   - size: how many bytes there are.
    public init(_ header: String?, of size: Int64) {
        self = .whole
        guard let header, header.lowercased().hasPrefix("bytes=") else { return }
        let bounds = header.dropFirst(6).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard bounds.count == 2, bounds.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else {
            return
        }
        switch (Int64(bounds[0]), Int64(bounds[1])) {
        case (let first?, let last?):
            guard first <= last else { return }
            self = first < size ? .part(first..<min(last, size - 1) + 1) : .outside
        case (let first?, nil) where bounds[1].isEmpty: self = first < size ? .part(first..<size) : .outside
        case (nil, let last?) where bounds[0].isEmpty:
            self = last > 0 && size > 0 ? .part(max(size - last, 0)..<size) : .outside
        default: return
        }
    }
}
