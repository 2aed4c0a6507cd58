import Store
import Wire

/// The values of filters, by the type of their field. What does not parse is nil; an unknown enumeration value is one
/// that no row has.
enum FilterValue {
    /// A code that no enumeration uses.
    private static let noCode: Int64 = -1

    /// The value to compare a column with.
    static func exact(_ field: Field, _ text: String) -> SQLValue? {
        switch field.type {
        case .id, .integer, .reference: WholeNumber.value(of: text).map { .integer($0) }
        case .duration: WireDuration(text).map { .integer($0.minutes) }
        case .decimal: WireDecimal(text).map { .integer($0.tenThousandths) }
        case .boolean: .integer(Truth.value(of: text) ? 1 : 0)
        case .enumeration(let enumeration): .integer(enumeration.filterCode(of: text) ?? noCode)
        case .string, .url, .text, .currency, .timeZone, .stringList, .customFields, .json:
            text.utf8.contains(0) ? nil : .text(field.foldedColumn == nil ? text : text.folded)
        case .account, .absent, .attachments, .file, .fileAddress, .nothing, .references:
            text.utf8.contains(0) ? nil : .text(text)
        case .timestamp, .target: nil
        }
    }

    /// The first and last stored value that are printed alike: a whole second of a time, else the value itself.
    static func bounds(_ field: Field, _ text: String, _ zone: Zone) -> ClosedRange<Int64>? {
        switch field.type {
        case .target:
            if let word = Target.words.first(where: { $0.name == text }) { return word.stored...word.stored }
            return second(text, zone)
        case .timestamp: return second(text, zone)
        default: return exact(field, text)?.integer.map { $0...$0 }
        }
    }

    private static func second(_ text: String, _ zone: Zone) -> ClosedRange<Int64>? {
        guard let time = Timestamp(text, zone: zone) else { return nil }
        let excess = time.microseconds % 1_000_000
        let start = time.microseconds - (excess < 0 ? excess + 1_000_000 : excess)
        return start...start + 999_999
    }
}
