import Foundation

extension String {
    /// The text by which it is told from others where neither case nor spelling counts, as in e-mail addresses and
    /// logins: composed (NFC), its case folded as Unicode has it (`ß` is `ss`, `ς` is `σ`, `ı` is no `i`).
    public var folded: String {
        decomposedStringWithCanonicalMapping.folding(options: .caseInsensitive, locale: nil)
            .precomposedStringWithCanonicalMapping
    }
}
