import Files
import HTTPTypes
import NIOCore
import Web

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
        answer.stream = .pieces(
            length: Int(range.upperBound - range.lowerBound), to: channel, patience: Self.patience
        ) { [files, key, info, range] write in try await files.read(key, info, range, write) }
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

    private func matches(_ tags: [String]) -> Bool { tags.contains("*") || tags.contains(tag) }

    /// Whether it is not the file that is wanted.
    private func isAnother(_ headers: HTTPFields) -> Bool {
        if let tags = headers[.ifMatch] { return !matches(EntityTag.strong([tags])) }
        guard let time = headers[.ifUnmodifiedSince].flatMap(HTTPDate.seconds) else { return false }
        return info.modified > time
    }

    private func isKnown(_ headers: HTTPFields) -> Bool {
        if let tags = headers[.ifNoneMatch] { return matches(EntityTag.list([tags])) }
        guard let time = headers[.ifModifiedSince].flatMap(HTTPDate.seconds) else { return false }
        return info.modified <= time
    }

    /// Whether a range is wanted of these very bytes.
    private func isCurrent(_ validator: String?) -> Bool {
        guard let validator else { return true }
        return validator == tag || HTTPDate.seconds(validator) == info.modified
    }
}
