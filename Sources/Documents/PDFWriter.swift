import CPango

/// Draws pages into a PDF file.
enum PDFWriter {
    /// The bytes of the file.
    /// - Throws: `DocumentError` when Cairo fails.
    static func write(_ document: Document, _ pages: [Page], _ typesetter: Typesetter) throws -> [UInt8] {
        let sink = Sink()
        // Cairo writes the last bytes as late as when the surface is destroyed.
        return try withExtendedLifetime(sink) {
            let surface = cairo_pdf_surface_create_for_stream(
                Sink.take, Unmanaged.passUnretained(sink).toOpaque(), Style.pageWidth, Style.pageHeight)
            defer { cairo_surface_destroy(surface) }
            describe(document, on: surface)
            try draw(document, pages, typesetter, on: surface)
            cairo_surface_finish(surface)
            try check(cairo_surface_status(surface))
            return sink.bytes
        }
    }

    private static func describe(_ document: Document, on surface: OpaquePointer?) {
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, PlainText.line(document.title))
        guard let time = g_date_time_new_from_unix_utc(gint64(document.createdAt)) else { return }
        defer { g_date_time_unref(time) }
        guard let text = g_date_time_format(time, "%Y-%m-%dT%H:%M:%SZ") else { return }
        defer { g_free(text) }
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, text)
    }

    private static func draw(
        _ document: Document, _ pages: [Page], _ typesetter: Typesetter, on surface: OpaquePointer?
    ) throws {
        let canvas = Canvas(surface)
        let footer = typesetter.short(
            PlainText.line(document.footer), Style.footer, width: Style.width - Style.pageNumberWidth)
        for (index, page) in pages.enumerated() {
            canvas.draw(page)
            let number = typesetter.short("\(index + 1) / \(pages.count)", Style.footer)
            canvas.drawFooter(footer, number)
            canvas.endPage()
            try check(canvas.status)
        }
    }

    private static func check(_ status: cairo_status_t) throws {
        guard status != CAIRO_STATUS_SUCCESS else { return }
        let reason = String(cString: cairo_status_to_string(status))
        throw DocumentError(.unavailable, "Cairo cannot write a PDF file: \(reason)")
    }
}

/// Takes what Cairo writes.
private final class Sink {
    var bytes: [UInt8] = []

    static let take: cairo_write_func_t = { sink, data, count in
        guard let sink else { return CAIRO_STATUS_WRITE_ERROR }
        let bytes = UnsafeBufferPointer(start: data, count: Int(count))
        Unmanaged<Sink>.fromOpaque(sink).takeUnretainedValue().bytes += bytes
        return CAIRO_STATUS_SUCCESS
    }
}
