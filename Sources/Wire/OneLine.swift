extension Unicode.Scalar {
    /// Whether no text of one line holds this: a control character (C0, DEL, C1), or a separator of lines or
    /// paragraphs.
    public var breaksLine: Bool {
        switch value {
        case 0..<0x20, 0x7F...0x9F, 0x2028, 0x2029: true
        default: false
        }
    }
}

extension String {
    /// Whether this is one line, as names and subjects are: headers of mails and pages can hold it as it is.
    public var isOneLine: Bool { !unicodeScalars.contains(where: \.breaksLine) }

    /// This on one line: what breaks it, together with the spaces beside, becomes one space, and none at the ends.
    /// Empty when nothing else was in it.
    public var onOneLine: String {
        if isOneLine { return self }
        return unicodeScalars.split(whereSeparator: \.breaksLine)
            .map { String(Substring($0)).trimmingSpaces }.filter { !$0.isEmpty }.joined(separator: " ")
    }

    private var trimmingSpaces: String {
        let isSpace: (Unicode.Scalar) -> Bool = { $0 == " " }
        let rest = unicodeScalars.drop(while: isSpace)
        guard let last = rest.lastIndex(where: { !isSpace($0) }) else { return "" }
        return String(Substring(rest[...last]))
    }
}
