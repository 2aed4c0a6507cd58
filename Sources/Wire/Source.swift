/// The system a record came from.
public enum Source {
    /// How many characters a source may have.
    public static let maximumLength = 30
    /// The source when the client named none in any way.
    public static let fallback = "R-Service API"

    /// Makes one line of a header's value and cuts it to `maximumLength` characters, counted in Unicode scalars;
    /// `fallback` when nothing is in it.
    ///
    /// A body's `source` that is too long is the client's mistake, but a long `User-Agent` is nobody's.
    public static func fromHeader(_ value: String) -> String {
        let line = value.onOneLine
        return line.isEmpty ? fallback : String(Substring(line.unicodeScalars.prefix(maximumLength)))
    }
}

/// The identifier of a record in the system it came from (docs/protocol/general.md#source).
public enum SourceID {
    /// How many characters it may have.
    public static let maximumLength = 128
}
