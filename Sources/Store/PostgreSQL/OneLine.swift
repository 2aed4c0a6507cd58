/// What a message of several lines says, in one.
enum OneLine {
    static func of(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).map { $0.drop(while: \.isWhitespace) }.filter { !$0.isEmpty }
            .joined(separator: ", ")
    }
}
