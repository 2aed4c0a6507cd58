import Files
import HTTPTypes
import Hummingbird
import NIOCore
import Resources

/// A stored file as an answer: whole or a range of it, if it is not known already (RFC 9110, sections 13 and 14).
struct Download {
    let files: any FileStore
    let key: FileKey
    let info: FileInfo
    /// Where it goes, to be closed when nobody reads any more.
    let channel: any Channel

    /// How long a reader may pause.
    private static let patience: Duration = .seconds(600)

    private var tag: String { "\"\(info.version)\"" }

    /// What is answered to these headers.
    /// - Parameter takesRange: a range is for a call that reads, not for one that only looks.
    func answer(_ headers: HTTPFields, takesRange: Bool) -> Answer {
        var answer = Answer()
        answer.headers = fixed
        if isAnother(headers) { return Answer(status: .preconditionFailed, headers: fixed) }
        if isKnown(headers) { return Answer(status: .notModified, headers: fixed) }
        var range = 0..<info.size
        let isRangeWanted = takesRange && isCurrent(headers[.ifRange])
        switch ByteRange(isRangeWanted ? headers[.range] : nil, of: info.size) {
        case .whole: break
        case .part(let part):
            range = part
            answer.status = .partialContent
            answer.headers[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(info.size)"
        case .outside:
            var refusal = Answer(status: .rangeNotSatisfiable, headers: fixed)
            refusal.headers[.contentRange] = "bytes */\(info.size)"
            return refusal
        }
        answer.contentType = MediaType(fileName: key.name).name
        answer.stream = ResponseBody(contentLength: Int(range.upperBound - range.lowerBound)) {
            [files, key, info, range, channel] writer in
            let watch = ReaderWatch(channel, patience: Self.patience)
            defer { watch.end() }
            try await files.read(key, info, range) { piece in
                try await writer.write(piece)
                // The writer knows that the reader is slow only once the loop has seen the piece.
                try await channel.eventLoop.submit {}.get()
                watch.tookSome()
            }
            try await writer.finish(nil)
        }
        return answer
    }

    /// An uploaded page or drawing can do nothing: it is not sniffed, has no origin, runs nothing and loads nothing.
    private var fixed: HTTPFields {
        var fields = HTTPFields()
        fields[.eTag] = tag
        fields[.lastModified] = HTTPDate.text(info.modified)
        fields[.acceptRanges] = "bytes"
        fields[.contentDisposition] = MediaType(fileName: key.name).disposition(fileName: key.name)
        fields[.contentSecurityPolicy] = "default-src 'none'; sandbox"
        return fields
    }

    private func matches(_ tags: String) -> Bool {
        let tags = EntityTag.list([tags])
        return tags.contains("*") || tags.contains(tag)
    }

    /// Whether it is not the file that is wanted.
    private func isAnother(_ headers: HTTPFields) -> Bool {
        if let tags = headers[.ifMatch] { return !matches(tags) }
        guard let time = headers[.ifUnmodifiedSince].flatMap(HTTPDate.seconds) else { return false }
        return info.modified > time
    }

    private func isKnown(_ headers: HTTPFields) -> Bool {
        if let tags = headers[.ifNoneMatch] { return matches(tags) }
        guard let time = headers[.ifModifiedSince].flatMap(HTTPDate.seconds) else { return false }
        return info.modified <= time
    }

    /// Whether a range is wanted of these very bytes.
    private func isCurrent(_ validator: String?) -> Bool {
        guard let validator else { return true }
        return validator == tag || HTTPDate.seconds(validator) == info.modified
    }
}

/// The bytes that a `Range` header asks for.
enum ByteRange: Equatable {
    /// All: there is no such header, or it asks for several ranges or in another unit.
    case whole
    case part(Range<Int64>)
    /// None of the bytes asked for exist.
    case outside

    init(_ header: String?, of size: Int64) {
        self = .whole
        guard let header, header.lowercased().hasPrefix("bytes=") else { return }
        let bounds = header.dropFirst(6).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard bounds.count == 2, bounds.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else {
            return
        }
        switch (Int64(bounds[0]), Int64(bounds[1])) {
        case (let first?, let last?):
            guard first <= last else { return }
            self = first < size ? .part(first..<min(last, size - 1) + 1) : .outside
        case (let first?, nil) where bounds[1].isEmpty: self = first < size ? .part(first..<size) : .outside
        case (nil, let last?) where bounds[0].isEmpty:
            self = last > 0 && size > 0 ? .part(max(size - last, 0)..<size) : .outside
        default: return
        }
    }
}
