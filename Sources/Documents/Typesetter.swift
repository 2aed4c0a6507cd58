import CPango
import Synchronization

/// Makes lines of texts, with one set of fonts.
final class Typesetter {
    private let fontMap: UnsafeMutablePointer<PangoFontMap>
    private let context: OpaquePointer
    /// Breaks within long words, without adding hyphens: they may be addresses or numbers.
    private let attributes: OpaquePointer
    private var descriptions: [Font: OpaquePointer] = [:]

    /// Lends the process's typesetter.
    ///
    /// One thread at a time has it, and everything made with it must be gone at the end: Cairo 1.16 crashes when
    /// threads use more font files at once than the ten it keeps open. The fonts found are kept, as looking for those
    /// of many scripts takes longer than printing.
    /// - Parameter language: see `Document.language`.
    /// - Throws: `DocumentError` when there are no fonts, and what the body throws.
    static func use<Result: Sendable>(language: String?, _ body: (Typesetter) throws -> Result) throws -> Result {
        try shared.withLock { shared in
            let typesetter = try shared ?? Typesetter()
            shared = typesetter
            pango_context_set_language(typesetter.context, pango_language_from_string(tag(language)))
            return try body(typesetter)
        }
    }

    private static let shared = Mutex<Typesetter?>(nil)

    private init() throws {
        guard let fontMap = pango_cairo_font_map_new() else {
            throw DocumentError(.unavailable, "Pango has no fonts for Cairo")
        }
        self.fontMap = fontMap
        context = pango_font_map_create_context(fontMap)
        attributes = pango_attr_list_new()
        pango_attr_list_insert(attributes, pango_attr_insert_hyphens_new(0))

        // What is printed has no pixels to fit letters to.
        let options = cairo_font_options_create()
        cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
        cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
        cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
        pango_cairo_context_set_font_options(context, options)
        cairo_font_options_destroy(options)
        pango_context_set_round_glyph_positions(context, 0)

        guard let font = pango_context_load_font(context, description(Style.body)) else {
            throw DocumentError(.unavailable, "no fonts are installed")
        }
        g_object_unref(font)
    }

    deinit {
        for description in descriptions.values { pango_font_description_free(description) }
        pango_attr_list_unref(attributes)
        g_object_unref(UnsafeMutableRawPointer(context))
        g_object_unref(fontMap)
    }

    /// Lays out what is to stand in one or few lines.
    /// - Parameters:
    ///   - text: a single paragraph. Of a longer one than `Style.shortText`, the start is printed.
    ///   - width: where lines are wrapped, in points; nil for nowhere.
    ///   - lines: more lines are cut off, and an ellipsis says so.
    func short(_ text: String, _ font: Font, width: Double? = nil, lines: Int32 = 1) -> TextLayout {
        var text = String(text.unicodeScalars.prefix(Style.shortText))
        let layout = text.withUTF8 { self.layout($0[...], font, width: width) }
        if width != nil {
            pango_layout_set_height(layout.pointer, -lines)
            pango_layout_set_ellipsize(layout.pointer, PANGO_ELLIPSIZE_END)
        }
        return layout
    }

    /// Lays out UTF-8 without NUL.
    /// - Parameters:
    ///   - spans: what looks different.
    ///   - start: which of the bytes that spans count is the first of the text.
    func layout(
        _ text: Slice<UnsafeBufferPointer<UInt8>>, _ font: Font, width: Double?,
        _ spans: ArraySlice<StyledBytes.Span> = [], from start: Int = 0
    ) -> TextLayout {
        let layout = TextLayout(context, font: font)
        pango_layout_set_font_description(layout.pointer, description(font))
        setAttributes(of: layout, spans, from: start, count: text.count)
        pango_layout_set_auto_dir(layout.pointer, 1)
        pango_layout_set_wrap(layout.pointer, PANGO_WRAP_WORD_CHAR)
        if let width { pango_layout_set_width(layout.pointer, Int32(max(width, 1) * Double(PANGO_SCALE))) }
        let bytes = UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: text)).bindMemory(to: CChar.self)
        // No address means no text.
        if let start = bytes.baseAddress { pango_layout_set_text(layout.pointer, start, Int32(bytes.count)) }
        return layout
    }

    private func setAttributes(
        of layout: TextLayout, _ spans: ArraySlice<StyledBytes.Span>, from start: Int, count: Int
    ) {
        guard !spans.isEmpty else { return pango_layout_set_attributes(layout.pointer, attributes) }
        let list = pango_attr_list_copy(attributes)
        defer { pango_attr_list_unref(list) }
        for span in spans {
            let bytes = max(span.bytes.lowerBound - start, 0)..<min(span.bytes.upperBound - start, count)
            for attribute in span.style.attributes {
                attribute?.pointee.start_index = guint(bytes.lowerBound)
                attribute?.pointee.end_index = guint(bytes.upperBound)
                pango_attr_list_insert(list, attribute)
            }
        }
        pango_layout_set_attributes(layout.pointer, list)
    }

    private func description(_ font: Font) -> OpaquePointer? {
        if let known = descriptions[font] { return known }
        let description = pango_font_description_new()
        pango_font_description_set_family(description, Style.families)
        pango_font_description_set_weight(description, font.isBold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL)
        // Not in points, which the library would convert by the resolution of a screen.
        pango_font_description_set_absolute_size(description, font.size * Double(PANGO_SCALE))
        descriptions[font] = description
        return description
    }

    /// The library keeps every tag it ever saw, so that it must not see just anything. Fonts know Chinese by countries.
    private static func tag(_ language: String?) -> String {
        guard let tag = language?.lowercased(), (2...35).contains(tag.utf8.count),
            tag.utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D })
        else { return "en" }
        if tag.hasPrefix("zh-hant") { return "zh-tw" }
        return tag == "zh" || tag.hasPrefix("zh-hans") ? "zh-cn" : tag
    }
}

extension StyledText.Style {
    /// What the library calls it; whoever asks owns these.
    fileprivate var attributes: [UnsafeMutablePointer<PangoAttribute>?] {
        var attributes: [UnsafeMutablePointer<PangoAttribute>?] = []
        if contains(.bold) { attributes.append(pango_attr_weight_new(PANGO_WEIGHT_BOLD)) }
        if contains(.italic) { attributes.append(pango_attr_style_new(PANGO_STYLE_ITALIC)) }
        if contains(.code) { attributes.append(pango_attr_family_new(Style.codeFamilies)) }
        if contains(.struck) { attributes.append(pango_attr_strikethrough_new(1)) }
        return attributes
    }
}
