import Store
import Wire

/// A long query as a cursor carries it, so that links to neighbouring pages stay short: proxies take only so much of a
/// header. Lists of numbers, which long queries consist of, take about two bytes a number.
struct CarriedQuery: Sendable, Equatable {
    /// One parameter; a list of numbers has none twice and is in order.
    struct Parameter: Sendable, Equatable {
        let name: String
        let value: String
    }

    let parameters: [Parameter]

    /// A query that is below this many bytes in an address stands in the links as it is.
    private static let fewBytes = 1_000
    /// The most bytes of a cursor before it is written in base 64: links are to be below 4,000 bytes.
    private static let cursorBytes = 2_700
    /// A list below this many numbers is kept as it is.
    private static let fewNumbers = 8
    /// What places a page and does not belong to the list.
    static let paging: Set<String> = ["page", "search_after", "search_before"]

    init(_ parameters: [Parameter]) { self.parameters = parameters }

    /// The query to carry; nil for one that is short.
    /// - Parameters:
    ///   - isForced: whether it is carried in any case, as it was by the cursor that led here.
    ///   - values: the most bytes that the sort values in the cursor take.
    /// - Throws: `Refusal.malformed` for one that is longer than can be carried.
    init?(_ parameters: [(name: String, value: String)], isForced: Bool, values: Int) throws {
        let kept = parameters.filter { !Self.paging.contains($0.name) }
        let length = kept.reduce(0) { $0 + Self.length($1.name) + Self.length($1.value) + 2 }
        guard isForced || length > Self.fewBytes else { return nil }
        self.parameters = kept.map { Parameter(name: $0.name, value: $0.value) }
        guard json.bytes.count + values <= Self.cursorBytes else {
            throw Refusal.malformed("The query is too long: its pages could not be linked to each other")
        }
    }

    /// How many bytes a text takes in an address.
    private static func length(_ text: String) -> Int {
        text.utf8.reduce(0) { $0 + (PercentEncoding.isUnreserved($1) ? 1 : 3) }
    }

    /// As it stands in a cursor.
    var json: JSON {
        .array(
            parameters.map { parameter in
                [.string(parameter.name), Self.packed(parameter.value) ?? .string(parameter.value)]
            })
    }

    init?(json: JSON) {
        guard case .array(let items) = json else { return nil }
        var parameters: [Parameter] = []
        for item in items {
            guard case .array(let pair) = item, pair.count == 2, case .string(let name) = pair[0] else { return nil }
            switch pair[1] {
            case .string(let value): parameters.append(Parameter(name: name, value: value))
            case .array(let numbers):
                guard let value = Self.unpacked(numbers) else { return nil }
                parameters.append(Parameter(name: name, value: value))
            default: return nil
            }
        }
        self.parameters = parameters
    }

    /// `[sign, numbers]`: the numbers as the distances between them, seven bits a byte, in base 64.
    private static func packed(_ value: String) -> JSON? {
        let isNegated = value.hasPrefix("!")
        let parts = value.dropFirst(isNegated ? 1 : 0).split(separator: ",", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { UInt64($0) }
        guard parts.count >= fewNumbers, numbers.count == parts.count,
            zip(parts, numbers).allSatisfy({ $0 == String($1) })
        else { return nil }
        var bytes: [UInt8] = []
        var last: UInt64 = 0
        for number in Set(numbers).sorted() {
            var distance = number - last
            last = number
            while distance >= 128 {
                bytes.append(UInt8(truncatingIfNeeded: distance & 127) | 128)
                distance >>= 7
            }
            bytes.append(UInt8(truncatingIfNeeded: distance))
        }
        return [isNegated ? "!" : "", .string(Base64URL.encode(bytes))]
    }

    private static func unpacked(_ json: [JSON]) -> String? {
        guard json.count == 2, case .string(let sign) = json[0], case .string(let text) = json[1],
            let bytes = Base64URL.decode(text)
        else { return nil }
        var numbers: [String] = []
        var (last, distance, shift): (UInt64, UInt64, UInt64) = (0, 0, 0)
        for byte in bytes {
            distance |= UInt64(byte & 127) << shift
            if byte >= 128 {
                shift += 7
            } else {
                last &+= distance
                numbers.append(String(last))
                (distance, shift) = (0, 0)
            }
        }
        return sign + numbers.joined(separator: ",")
    }
}
