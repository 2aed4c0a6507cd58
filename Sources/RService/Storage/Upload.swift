import Files
import HTTPTypes
import Hummingbird
import NIOCore
import Web

/// A file that a client posts by the form it was given (docs/protocol/attachments.md#step-2-sending-it). It goes to
/// disk as it comes in; whatever goes wrong, nothing of it stays.
struct Upload {
    /// What was stored.
    struct Outcome {
        let key: FileKey
        let permit: UploadPermit
        /// The MD5 of its content.
        let digest: String
    }

    private let files: LocalFiles
    private let limits: UploadLimits
    /// Refuses whoever may not upload by this form.
    private let permits: (UploadPermit) async throws -> Void
    /// Counts the file that came in, and refuses what is too much.
    private let counts: (UploadPermit, FileKey, _ size: Int64) async throws -> Void
    private var fields: [UploadForm.Field] = []
    private var name = ""
    private var value: [UInt8] = []
    private var fieldBytes = 0
    private var file: (incoming: IncomingFile, key: FileKey, permit: UploadPermit)?
    private var isInFile = false
    private var size: Int64 = 0
    private var digest = ContentDigest()

    /// The most fields, and the most bytes of all together, which is also the most that a form is longer than its file.
    private static let maximumFields = 100
    private static let maximumFieldBytes = 64 << 10
    /// How much of what is refused is read from a client that sends all before it reads. The framework reads the rest
    /// of a connection that is kept; one that the client wants closed it leaves unread, and then no answer arrives.
    private static let maximumDrain = 64 << 20
    /// The name of the part with the file.
    private static let filePart = "file"

    init(
        to files: LocalFiles, limits: UploadLimits, permits: @escaping (UploadPermit) async throws -> Void,
        counts: @escaping (UploadPermit, FileKey, _ size: Int64) async throws -> Void
    ) {
        self.files = files
        self.limits = limits
        self.permits = permits
        self.counts = counts
    }

    /// How the client wants to be answered, as far as it has said so.
    var provider: UploadForm.Provider {
        if form["policy"] != nil { return .s3 }
        return files.isLocal(form) ? .local : files.provider
    }

    private var form: UploadForm { UploadForm(.local, address: "", fields: fields) }

    /// Reads the form to its end and stores the file.
    /// - Throws: `UploadRefusal`, `Refusal`, `FileError`, and what the connection throws when it breaks.
    mutating func receive(
        _ body: RequestBody, headers: HTTPFields, invitation: Invitation
    ) async throws -> Outcome {
        var pieces = body.makeAsyncIterator()
        do {
            try refuseClaim(headers)
            await invitation.send()
            var parser = try MultipartParser(contentType: headers[.contentType] ?? "")
            var outside = 0
            while let piece = try await pieces.next() {
                outside += piece.readableBytes
                parser.append(piece)
                while let event = try parser.next() {
                    outside = 0
                    try await take(event)
                }
                if outside > Self.maximumDrain {
                    throw UploadRefusal(.malformed, "The form goes on without a part for too long")
                }
            }
            guard parser.isWhole else { throw UploadRefusal(.malformed, "The multipart form is cut short") }
            guard let file else { throw UploadRefusal(.malformed, "The form has no part 'file' with a file name") }
            if size == 0 { throw UploadRefusal(.empty, "The file is empty") }
            // A file of the same name makes the key another.
            let key = try await files.keep(file.incoming, as: file.key)
            do {
                try await counts(file.permit, key, size)
            } catch {
                // What cannot be removed now is swept away later, since it is on no record.
                try? await files.remove(key)
                throw error
            }
            return Outcome(key: key, permit: file.permit, digest: digest.text)
        } catch {
            await file?.incoming.discard()
            if headers[.connection]?.lowercased() == "close" { await drain(&pieces) }
            if let error = error as? Malformed { throw UploadRefusal(.malformed, error.message) }
            throw error
        }
    }

    private func refuseClaim(_ headers: HTTPFields) throws(UploadRefusal) {
        guard let length = headers[.contentLength].flatMap({ Int64($0) }) else { return }
        if length > limits.size + Int64(Self.maximumFieldBytes) {
            throw UploadRefusal(.tooLarge, "The file is too large (maximum is \(limits.size) bytes)")
        }
    }

    private func drain(_ pieces: inout RequestBody.AsyncIterator) async {
        var drained = 0
        while drained < Self.maximumDrain, let piece = try? await pieces.next() { drained += piece.readableBytes }
    }

    private mutating func take(_ event: MultipartParser.Event) async throws {
        switch event {
        case .part(let part) where part.fileName != nil || part.name == Self.filePart: try await begin(part)
        case .part(let part):
            (name, value) = (part.name, [])
            fieldBytes += part.name.utf8.count
            guard fields.count < Self.maximumFields else {
                throw UploadRefusal(.malformed, "The form has more than \(Self.maximumFields) fields")
            }
            try refuseLongFields()
        case .data(let bytes) where isInFile:
            size += Int64(bytes.readableBytes)
            guard let file, size <= file.permit.size else {
                throw UploadRefusal(.tooLarge, "The file is too large (maximum is \(file?.permit.size ?? 0) bytes)")
            }
            if file.permit.provider == .s3 { digest.update(bytes) }
            try await file.incoming.write(bytes)
        case .data(let bytes):
            fieldBytes += bytes.readableBytes
            try refuseLongFields()
            value.append(contentsOf: bytes.readableBytesView)
        case .partEnd where isInFile: isInFile = false
        case .partEnd:
            guard let text = String(validating: value, as: UTF8.self) else {
                throw UploadRefusal(.malformed, "A field of the form is not UTF-8")
            }
            fields.append(UploadForm.Field(name, text))
        }
    }

    private func refuseLongFields() throws(UploadRefusal) {
        if fieldBytes > Self.maximumFieldBytes {
            throw UploadRefusal(.malformed, "The form's fields are longer than \(Self.maximumFieldBytes) bytes")
        }
    }

    /// The file's part begins: whether it may come in is decided by the fields before it.
    private mutating func begin(_ part: MultipartPart) async throws {
        guard part.name == Self.filePart else {
            throw UploadRefusal(.malformed, "The file is in the part '\(part.name.prefix(100))', but belongs in 'file'")
        }
        guard file == nil else { throw UploadRefusal(.malformed, "The form has more than one part 'file'") }
        guard let name = part.fileName else { throw UploadRefusal(.malformed, "The part 'file' has no file name") }
        let permit = try files.permit(form)
        try await permits(permit)
        let key = try permit.key(fileName: name)
        if let complaint = limits.problem(name: key.name, size: 0) { throw UploadRefusal(.badName, complaint) }
        file = (try await files.receive(), key, permit)
        isInFile = true
    }
}
