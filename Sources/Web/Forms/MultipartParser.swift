import Foundation
import NIOCore

/// Reads a multipart form as it comes in, in pieces of any size (RFC 7578, RFC 2046 section 5.1). What a part holds is
/// handed on without being kept.
public struct MultipartParser: Sendable {
    /// What a form consists of, as it comes in.
    public enum Event: Equatable, Sendable {
        /// A part begins.
        case part(MultipartPart)
        /// Bytes of the part.
        case data(ByteBuffer)
        /// The part is whole.
        case partEnd
    }

    private enum State {
        case preamble
        case delimiter
        case head
        case data
        case epilogue
    }

    /// The longest boundary (RFC 2046, section 5.1.1).
    private static let maximumBoundary = 70
    /// The most bytes of a part's headers.
    private static let maximumHead = 8_192
    private static let crlf: [UInt8] = [13, 10]

    /// Line break, dashes and boundary: what ends a part.
    private let separator: [UInt8]
    private var state = State.preamble
    private var buffer: ByteBuffer

    /// - Throws: `Malformed` when the content type names no boundary.
    public init(contentType: String) throws {
        guard let boundary = HeaderParameters(contentType)["boundary"],
            (1...Self.maximumBoundary).contains(boundary.utf8.count)
        else {
            throw Malformed("The multipart form names no boundary of 1 to \(Self.maximumBoundary) bytes")
        }
        separator = Self.crlf + Array("--\(boundary)".utf8)
        // The first boundary needs no line break before it.
        buffer = ByteBuffer(bytes: Self.crlf)
    }

    /// Whether the form came to its end.
    public var isWhole: Bool { state == .epilogue }

    /// Takes a piece.
    public mutating func append(_ piece: ByteBuffer) {
        if state == .epilogue { return }
        if buffer.readableBytes == 0 {
            buffer = piece
        } else {
            // What is left over is short: less than a separator, or a part's headers.
            var joined = ByteBufferAllocator().buffer(capacity: buffer.readableBytes + piece.readableBytes)
            joined.writeImmutableBuffer(buffer)
            joined.writeImmutableBuffer(piece)
            buffer = joined
        }
    }

    /// What comes next; nil until there is another piece.
    /// - Throws: `Malformed` when it is no form, or a part's headers are longer than 8,192 bytes.
    public mutating func next() throws -> Event? {
        while true {
            switch state {
            case .preamble:
                guard separatorEnds(skipping: true) != nil else { return nil }
                state = .delimiter
            case .delimiter:
                guard let isLast = try delimiterEnds() else { return nil }
                state = isLast ? .epilogue : .head
            case .head:
                guard let part = try head() else { return nil }
                state = .data
                return .part(part)
            case .data:
                guard let bytes = separatorEnds(skipping: false) else { return nil }
                if bytes.readableBytes > 0 { return .data(bytes) }
                state = .delimiter
                return .partEnd
            case .epilogue:
                buffer.clear()
                return nil
            }
        }
    }

    /// Bytes before the next separator, as far as they are there; empty when the separator was next and is now behind.
    private mutating func separatorEnds(skipping: Bool) -> ByteBuffer? {
        while true {
            let (length, isFound) = buffer.withUnsafeReadableBytes { Self.find(separator, in: $0) }
            if length > 0, !skipping { return buffer.readSlice(length: length) }
            buffer.moveReaderIndex(forwardBy: length)
            if !isFound { return nil }
            buffer.moveReaderIndex(forwardBy: separator.count)
            return ByteBuffer()
        }
    }

    /// How many bytes come before the first separator, or before what may become one.
    private static func find(_ separator: [UInt8], in bytes: UnsafeRawBufferPointer) -> (length: Int, isFound: Bool) {
        guard let start = bytes.baseAddress else { return (0, false) }
        var place = 0
        while place < bytes.count, let hit = memchr(start + place, Int32(separator[0]), bytes.count - place) {
            let candidate = UnsafeRawPointer(hit) - start
            let length = min(separator.count, bytes.count - candidate)
            if memcmp(separator, hit, length) == 0 {
                return (candidate, length == separator.count)
            }
            place = candidate + 1
        }
        return (bytes.count, false)
    }

    /// Whether the separator that was just read was the last; nil while that is not known.
    private mutating func delimiterEnds() throws -> Bool? {
        // Spaces may follow a boundary.
        while let byte = buffer.getInteger(at: buffer.readerIndex, as: UInt8.self), byte == 0x20 || byte == 0x09 {
            buffer.moveReaderIndex(forwardBy: 1)
        }
        guard let bytes = buffer.getBytes(at: buffer.readerIndex, length: 2) else { return nil }
        if bytes == Array("--".utf8) { return true }
        // The line break stays: it may be the one that ends headers of which there are none.
        if bytes == Self.crlf { return false }
        throw Malformed("A boundary of the multipart form is followed by what is no line break")
    }

    private mutating func head() throws -> MultipartPart? {
        let end = Self.crlf + Self.crlf
        let length = buffer.withUnsafeReadableBytes { bytes -> Int? in
            let (length, isFound) = Self.find(end, in: bytes)
            return isFound ? length : nil
        }
        if length ?? buffer.readableBytes > Self.maximumHead {
            throw Malformed(
                "The headers of a part of the multipart form are longer than \(Self.maximumHead) bytes")
        }
        guard let length else { return nil }
        let text = buffer.readBytes(length: length).flatMap { String(validating: $0, as: UTF8.self) }
        buffer.moveReaderIndex(forwardBy: end.count)
        guard let text, let part = MultipartPart(headers: text) else {
            throw Malformed("A part of the multipart form has no name in UTF-8")
        }
        return part
    }
}

/// What the headers of a part say.
public struct MultipartPart: Equatable, Sendable {
    public let name: String
    /// What the client calls the file, perhaps with its whole path; nil for a part that is no file.
    public let fileName: String?

    /// - Parameter headers: the lines, parted by line breaks; nil when none of them names the part.
    init?(headers: String) {
        let lines = headers.split(separator: "\r\n" as Character)
        guard let line = lines.first(where: { $0.lowercased().hasPrefix("content-disposition:") }) else { return nil }
        let parameters = HeaderParameters(String(line))
        guard let name = parameters["name"] else { return nil }
        self.name = name
        fileName = parameters.extended("filename") ?? parameters["filename"]
    }
}
