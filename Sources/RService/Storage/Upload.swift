import Files
import HTTPTypes
import Hummingbird
import NIOCore
import Resources
import ServiceDesk
import Wire

/// A file that a client posts by the form it was given (seed 003, Attachments, step 2). It goes to disk as it comes in;
/// whatever goes wrong, nothing of it stays.
struct Upload {
    /// What was stored.
    struct Outcome {
        let key: FileKey
        let permit: UploadPermit
    }

    private let files: LocalFiles
    private let limits: UploadLimits
    /// Says whether the caller may use a form of the local kind.
    private let permits: (UploadPermit) throws -> Void
    private var form = UploadForm(.local, address: "", fields: [])
    private var field: (name: String, value: [UInt8])?
    private var fieldBytes = 0
    private var file: (incoming: IncomingFile, key: FileKey, permit: UploadPermit)?
    private var isInFile = false
    private var size: Int64 = 0

    /// The most bytes of all fields together, and the most that a form is longer than its file.
    private static let maximumFields = 64 << 10
    /// The name of the part with the file.
    private static let filePart = "file"

    init(to files: LocalFiles, limits: UploadLimits, permits: @escaping (UploadPermit) throws -> Void) {
        self.files = files
        self.limits = limits
        self.permits = permits
    }

    /// How the client wants to be answered, as far as it has said so.
    var provider: UploadForm.Provider { form["policy"] == nil ? .local : .s3 }

    /// Reads the form to its end and stores the file.
    /// - Throws: `UploadRefusal`, `Refusal`, `FileError`, and what the connection throws when it breaks.
    mutating func receive(_ body: RequestBody, headers: HTTPFields) async throws -> Outcome {
        if let length = headers[.contentLength].flatMap({ Int64($0) }), length - Int64(Self.maximumFields) > limits.size
        {
            throw UploadRefusal(.tooLarge, "The file is too large (maximum is \(limits.size) bytes)")
        }
        do {
            var parser = try MultipartParser(contentType: headers[.contentType] ?? "")
            for try await piece in body {
                parser.append(piece)
                while let event = try parser.next() { try await take(event) }
            }
            guard parser.isWhole else { throw UploadRefusal(.malformed, "The multipart form is cut short") }
            guard let file else { throw UploadRefusal(.malformed, "The form has no part 'file' with a file name") }
            if size == 0 { throw UploadRefusal(.empty, "The file is empty") }
            return Outcome(key: try await files.keep(file.incoming, as: file.key), permit: file.permit)
        } catch {
            await file?.incoming.discard()
            throw error
        }
    }

    private mutating func take(_ event: MultipartParser.Event) async throws {
        switch event {
        case .part(let part) where part.fileName != nil || part.name == Self.filePart: try await begin(part)
        case .part(let part):
            field = (part.name, [])
            fieldBytes += part.name.utf8.count
        case .data(let bytes) where isInFile:
            size += Int64(bytes.readableBytes)
            guard let file, size <= file.permit.size else {
                throw UploadRefusal(.tooLarge, "The file is too large (maximum is \(file?.permit.size ?? 0) bytes)")
            }
            try await file.incoming.write(bytes)
        case .data(let bytes):
            fieldBytes += bytes.readableBytes
            guard fieldBytes <= Self.maximumFields else {
                throw UploadRefusal(.malformed, "The form's fields are longer than \(Self.maximumFields) bytes")
            }
            field?.value += Array(buffer: bytes)
        case .partEnd where isInFile: isInFile = false
        case .partEnd:
            guard let field, let value = String(validating: field.value, as: UTF8.self) else {
                throw UploadRefusal(.malformed, "A field of the form is not UTF-8")
            }
            form = UploadForm(.local, address: "", fields: form.fields + [UploadForm.Field(field.name, value)])
            self.field = nil
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
        try permits(permit)
        let key = try permit.key(fileName: name)
        if let complaint = limits.complaint(name: key.name, size: 0) { throw UploadRefusal(.badName, complaint) }
        file = (try await files.receive(), key, permit)
        isInFile = true
    }
}
