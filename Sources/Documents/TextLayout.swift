import CPango

/// A text broken into lines.
final class TextLayout {
    let pointer: OpaquePointer
    let font: Font

    private static let scale = Double(PANGO_SCALE)

    init(_ context: OpaquePointer, font: Font) {
        pointer = pango_layout_new(context)
        self.font = font
    }

    deinit { g_object_unref(UnsafeMutableRawPointer(pointer)) }

    /// How wide the longest line is, in points.
    var width: Double {
        var extents = PangoRectangle()
        pango_layout_get_extents(pointer, nil, &extents)
        return Double(extents.width) / Self.scale
    }

    /// From top to bottom; at least one, which may be empty.
    var lines: [TextLine] {
        let iterator = pango_layout_get_iter(pointer)
        defer { pango_layout_iter_free(iterator) }
        var lines: [TextLine] = []
        repeat {
            guard let line = pango_layout_iter_get_line_readonly(iterator) else { break }
            var placed = PangoRectangle()
            var own = PangoRectangle()
            pango_layout_iter_get_line_extents(iterator, nil, &placed)
            pango_layout_line_get_extents(line, nil, &own)
            let ascent = -Double(own.y) / Self.scale
            lines.append(
                TextLine(
                    layout: self, pointer: line, x: Double(placed.x) / Self.scale,
                    ascent: max(ascent, font.ascent),
                    descent: max(Double(own.height) / Self.scale - ascent, font.descent)))
        } while pango_layout_iter_next_line(iterator) != 0
        return lines
    }
}

/// A line of a layout, which it keeps alive. Lengths are in points.
struct TextLine {
    let layout: TextLayout
    let pointer: UnsafeMutablePointer<PangoLayoutLine>
    /// Where it begins in the layout's text, in bytes.
    var start: Int { Int(pointer.pointee.start_index) }
    /// The direction of its paragraph.
    var isRightToLeft: Bool { pointer.pointee.resolved_dir == UInt32(PANGO_DIRECTION_RTL.rawValue) }
    /// From the left edge of the layout to where the line begins.
    let x: Double
    /// From the top of the line to its baseline.
    let ascent: Double
    /// From its baseline to its bottom.
    let descent: Double
}
