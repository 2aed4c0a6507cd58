/// The system a record came from.
public enum Source {
    /// How many characters a source may have.
    public static let maximumLength = 30
    /// The source when the client named none in any way.
    public static let fallback = "R-Service API"

    /// Cuts a header's value to `maximumLength` characters, counted in Unicode scalars.
    ///
    /// A body's `source` that is too long is the client's mistake, but a long `User-Agent` is nobody's.
    public static func fromHeader(_ value: String) -> String {
        String(String.UnicodeScalarView(value.unicodeScalars.prefix(maximumLength)))
    }
}

/// The identifier of a record in the system it came from (seed 003, Source ID).
public enum SourceID {
    /// How many characters it may have.
    public static let maximumLength = 128
}
