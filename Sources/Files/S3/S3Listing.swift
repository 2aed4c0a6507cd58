import Wire

/// What a listing of a bucket says. Keys come percent-encoded (`encoding-type=url`), since not every character can
/// stand in XML, and are escaped as markup after that.
struct S3Listing {
    let keys: [String]
    /// The token of the next page; nil on the last.
    let next: String?

    init(_ text: String) {
        keys = text.split(separator: "<Key>").dropFirst().compactMap { part in
            part.firstRange(of: "</Key>").flatMap {
                PercentEncoding.decode(Self.plain(String(part[..<$0.lowerBound]))[...].utf8, plusIsSpace: true)
            }
        }
        next =
            Self.value(of: "IsTruncated", in: text) == "true"
            ? Self.value(of: "NextContinuationToken", in: text).map(Self.plain) : nil
    }

    /// The text of an element that holds nothing but text.
    static func value(of element: String, in text: String) -> String? {
        guard let start = text.firstRange(of: "<\(element)>"),
            let end = text[start.upperBound...].firstRange(of: "</\(element)>")
        else { return nil }
        return String(text[start.upperBound..<end.lowerBound])
    }

    private static func plain(_ text: String) -> String {
        text.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
            .replacing("&apos;", with: "'").replacing("&amp;", with: "&")
    }
}
