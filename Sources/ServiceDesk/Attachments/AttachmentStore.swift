import Files
import Resources
import Wire

/// Where attachments live, and what may become one.
public struct AttachmentStore: Sendable {
    public let files: any FileStore
    public let limits: UploadLimits
    public let quotas: UploadQuotas
    /// What the addresses of files are signed with.
    public let addresses: FileAddressKey

    /// Opens the place.
    /// - Parameters:
    ///   - secret: the installation's.
    ///   - clock: says whether a form is over.
    init(_ options: AttachmentOptions, secret: [UInt8], clock: @escaping @Sendable () -> Timestamp) {
        limits = options.limits
        quotas = options.quotas
        addresses = FileAddressKey(secret: secret)
        switch options.place {
        case .folder(let path, let form):
            files = LocalFiles(path: path, form: LocalForm(form, secret: secret, limits: limits, now: clock))
        case .bucket(let address, let accessKey, let secretKey):
            files = S3Files(address, accessKey: accessKey, secretKey: secretKey)
        }
    }

    /// What somebody must post, and where, to store files (docs/protocol/attachments.md#step-1-where-to-send-it).
    /// - Parameter address: where this server takes uploads itself.
    public func form(for viewer: Viewer, address: String, now: Timestamp) -> UploadForm {
        let folder = AttachmentKey.newFolder(account: viewer.account.number, person: viewer.person, now: now)
        let expiry = now.adding(seconds: AttachmentKey.uploadSeconds)
        return files.uploadForm(
            UploadTerms(folder: folder, limits: limits, now: now, expiry: expiry, address: address))
    }

    /// Whether a form was given out in the account somebody works in.
    public func isOwn(_ permit: UploadPermit, of viewer: Viewer) -> Bool {
        permit.keyPattern.utf8.starts(with: "attachments/\(viewer.account.number)/".utf8)
    }

    /// For whom an upload by a form counts: its account, and whom it was given to; nil for a key that no form has.
    public func owner(of permit: UploadPermit) -> (account: Int64, person: Int64)? {
        FileKey(permit.keyPattern).flatMap(AttachmentKey.Folder.init).map { ($0.account, $0.person) }
    }

    /// Finds out how long the files are that an input adds. One that is larger or of another kind than is allowed here
    /// is among the errors of the input then.
    /// - Throws: `FileError`.
    public func resolve(_ input: inout Input, for viewer: Viewer) async throws {
        let keys = Set(
            input.attachedKeys.compactMap(AttachmentKey.init).filter { $0.account == viewer.account.number }
                .map(\.file))
        guard !keys.isEmpty else { return }
        let sizes = try await withThrowingTaskGroup(of: (FileKey, Int64?).self) { group in
            for key in keys { group.addTask { (key, try await files.info(of: key)?.size) } }
            var sizes: [[UInt8]: Int64] = [:]
            for try await (key, size) in group { sizes[Array(key.text.utf8)] = size }
            return sizes
        }
        for (field, changes) in input.attachments {
            for change in changes where !change.isRemoval {
                guard let size = sizes[Array(change.key.utf8)], let name = FileKey(change.key)?.name else { continue }
                if let problem = limits.problem(name: name, size: size) { input.refuse(FieldError(field, problem)) }
            }
        }
        input.storedSizes = sizes
    }
}

/// Where attachments are to live, and what an operator allows.
public struct AttachmentOptions: Sendable {
    public enum Place: Sendable {
        /// A folder of this machine; clients send files to this server by one of two forms.
        case folder(String, form: UploadForm.Provider)
        case bucket(S3Address, accessKey: String, secretKey: String)
    }

    public var place: Place
    public var limits: UploadLimits
    public var quotas: UploadQuotas

    public init(_ place: Place, limits: UploadLimits = UploadLimits(), quotas: UploadQuotas = .standard) {
        self.place = place
        self.limits = limits
        self.quotas = quotas
    }
}
