import Foundation

/// Times in HTTP headers: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7), in seconds since 1970.
public enum HTTPDate {
    private static let format = "%a, %d %b %Y %H:%M:%S GMT"
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    private static let length = 40

    /// The text of a time.
    public static func text(_ seconds: Int64) -> String {
        var time = time_t(seconds)
        var parts = tm()
        guard gmtime_r(&time, &parts) != nil else { return "" }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: length) { text in
            guard let start = text.baseAddress, strftime(start, text.count, format, &parts) > 0 else { return "" }
            return String(cString: start)
        }
    }

    /// The time of a text; nil when it has another form.
    public static func seconds(_ text: String) -> Int64? {
        let words = text.split { $0 == " " || $0 == ":" || $0 == "," }
        guard text.utf8.count < length, words.count == 8, words[7] == "GMT", let day = Int32(words[1]),
            let month = months.firstIndex(of: String(words[2])), let year = Int32(words[3]), (1...9999).contains(year),
            let hour = Int32(words[4]),
            let minute = Int32(words[5]), let second = Int32(words[6])
        else { return nil }
        var parts = tm()
        (parts.tm_mday, parts.tm_mon, parts.tm_year) = (day, Int32(month), year - 1900)
        (parts.tm_hour, parts.tm_min, parts.tm_sec) = (hour, minute, second)
        let time = timegm(&parts)
        // Whatever is no day or time comes out as another one.
        return HTTPDate.text(Int64(time)).hasSuffix(text.dropFirst(5)) ? Int64(time) : nil
    }
}
