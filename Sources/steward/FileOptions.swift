import ArgumentParser
import Files
import Foundation
import ServiceDesk
import Store

/// Where attachments live, and what may become one.
struct FileOptions: ParsableArguments {
    @Option(
        help: """
            A folder for attachments, or s3://bucket?region=…&endpoint=https://… with the keys in AWS_ACCESS_KEY_ID \
            and AWS_SECRET_ACCESS_KEY; by default a folder beside the database. (STEWARD_FILES)
            """)
    var files = Configuration.value("files") ?? ""

    @Option(
        help:
            "How clients send files into a folder: local, or s3 for clients that know only that. (STEWARD_UPLOAD_FORM)")
    var uploadForm = Configuration.value("upload-form") ?? UploadForm.Provider.local.rawValue

    @Option(help: "The most bytes an attachment may have. (STEWARD_UPLOAD_LIMIT)")
    var uploadLimit = Configuration.value("upload-limit") ?? String(UploadLimits.standardSize)

    @Option(help: "The extensions an attachment may have, as csv,png,pdf; any by default. (STEWARD_UPLOAD_EXTENSIONS)")
    var uploadExtensions = Configuration.value("upload-extensions") ?? ""

    @Option(help: "The most bytes a person may upload in 24 hours, or off. (STEWARD_UPLOAD_QUOTA_PERSON)")
    var uploadQuotaPerson = Configuration.value("upload-quota-person") ?? Self.text(UploadQuotas.standard.person)

    @Option(help: "The most bytes an account's people may upload in 24 hours, or off. (STEWARD_UPLOAD_QUOTA_ACCOUNT)")
    var uploadQuotaAccount = Configuration.value("upload-quota-account") ?? Self.text(UploadQuotas.standard.account)

    /// What lifts a quota.
    private static let off = "off"
    /// The folder when none is given and the database is not a file.
    private static let folder = "steward-files"
    /// S3 takes no more in one upload, and no file system cares.
    private static let largest: Int64 = 5 << 30

    func validate() throws {
        guard UploadForm.Provider(rawValue: uploadForm) != nil else {
            throw ValidationError("--upload-form '\(uploadForm)' is not known; it is local or s3")
        }
        guard let limit = Int64(uploadLimit), (1...Self.largest).contains(limit) else {
            throw ValidationError("--upload-limit '\(uploadLimit)' is not a number of bytes from 1 to \(Self.largest)")
        }
        for (name, quota) in [("person", uploadQuotaPerson), ("account", uploadQuotaAccount)]
        where quota != Self.off && (Int64(quota) ?? 0) < 1 {
            throw ValidationError("--upload-quota-\(name) '\(quota)' is neither a number of bytes nor off")
        }
        guard extensions.allSatisfy({ $0.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x2F } })
        else {
            throw ValidationError("--upload-extensions '\(uploadExtensions)' is not of the form csv,png,pdf")
        }
        guard !files.hasPrefix("s3:") else {
            guard uploadForm == UploadForm.Provider.local.rawValue else {
                throw ValidationError("--upload-form is for a folder; clients send files to s3 by its own form")
            }
            do { _ = try S3Address(files) } catch { throw ValidationError("--files: \(error)") }
            return
        }
        if files.contains("://") { throw ValidationError("--files '\(files)' is neither a folder nor s3://bucket") }
    }

    private var extensions: [String] {
        uploadExtensions.split(separator: ",").map { part in
            let name = part.trimmingCharacters(in: .whitespaces)
            return String(name.hasPrefix(".") ? name.dropFirst() : name[...])
        }.filter { !$0.isEmpty }
    }

    /// What the options come to.
    /// - Parameter database: whose file has the folder beside it.
    /// - Throws: `Failure` when there are no keys for S3.
    func attachments(beside database: DatabaseAddress) throws -> AttachmentOptions {
        // Off is no number, and no number is no limit.
        let quotas = UploadQuotas(person: Int64(uploadQuotaPerson), account: Int64(uploadQuotaAccount))
        let limits = UploadLimits(size: Int64(uploadLimit) ?? UploadLimits.standardSize, extensions: extensions)
        guard files.hasPrefix("s3:") else {
            let form = UploadForm.Provider(rawValue: uploadForm) ?? .local
            return AttachmentOptions(
                .folder(files.isEmpty ? Self.folder(beside: database) : files, form: form), limits: limits,
                quotas: quotas)
        }
        let variables = ProcessInfo.processInfo.environment
        guard let access = variables["AWS_ACCESS_KEY_ID"], let secret = variables["AWS_SECRET_ACCESS_KEY"],
            !access.isEmpty, !secret.isEmpty
        else { throw Failure("--files '\(files)' needs keys; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY") }
        return AttachmentOptions(
            .bucket(try S3Address(files), accessKey: access, secretKey: secret), limits: limits,
            quotas: quotas)
    }

    private static func text(_ quota: Int64?) -> String { quota.map(String.init) ?? off }

    private static func folder(beside database: DatabaseAddress) -> String {
        if case .file(let path) = database { path + "-files" } else { folder }
    }
}
