import Files
import HTTPTypes
import Resources
import ServiceDesk
import Store
import Web
import Wire

/// Files: where to send them, sending them here, and reading them (docs/protocol/attachments.md).
enum AttachmentRoutes {
    static let storage = Endpoint(
        summary: "Says where and how files are uploaded", access: .known, response: .other(JSONSchema.storage),
        furtherFailures: [.unprocessableContent]
    ) { call in
        let attachments = call.desk.attachments
        try await call.permitUpload()
        let form = attachments.form(
            for: call.viewer, address: call.origin + "/v1/attachments", now: call.desk.store.now)
        let fields = form.fields.map { field in
            // The seed has this one as a number.
            (field.name, field.name == "success_action_status" ? 201 : JSON.string(field.value))
        }
        return .json([
            "size_limit": .integer(attachments.limits.size),
            "allowed_extensions": .array(attachments.limits.extensions.map { .string($0) }),
            "provider": .string(form.provider.rawValue), "upload_uri": .string(form.address),
            form.provider.rawValue: .object(JSONObject(fields)),
        ])
    }

    /// Clients that know only S3 send no token; the form they were given proves itself, and names whom the call counts
    /// for.
    static let upload: Endpoint = {
        var endpoint = Endpoint(
            summary: "Uploads a file", access: .optional, response: .other(JSONSchema.uploaded),
            furtherStatuses: [.created]
        ) { call in
            guard let files = call.desk.attachments.files as? LocalFiles else { throw Refusal.notFound }
            var upload = Upload(
                to: files, limits: call.desk.attachments.limits, permits: { try await call.permitUpload(by: $0) },
                counts: { try await call.countUpload($0, $1, size: $2) })
            do {
                let outcome = try await upload.receive(
                    call.stream, headers: call.headers, invitation: call.invitation)
                return .uploaded(outcome, address: call.origin + call.path)
            } catch let refusal as UploadRefusal {
                return .refused(refusal, upload.provider)
            } catch {
                // The form says best how its client speaks.
                throw UploadError(cause: error, isAsS3: upload.provider == .s3)
            }
        }
        endpoint.takesStream = true
        endpoint.mindsAccept = false
        endpoint.speaksAsS3 = { ($0.attachments.files as? LocalFiles)?.provider == .s3 }
        endpoint.xmlStatuses = [.created] + S3Error.statuses
        return endpoint
    }()

    static let file: Endpoint = {
        var endpoint = Endpoint(summary: "Reads a file", access: .anyone, response: .nothing, isFree: true) { call in
            let parameters = Dictionary(call.query.parameters.map { ($0.name, $0.value) }) { first, _ in first }
            let attachments = call.desk.attachments
            guard let key = FileKey(call.rest),
                attachments.addresses.allows(
                    key.text, expiry: parameters["expires"] ?? "", signature: parameters["signature"] ?? "",
                    now: call.desk.store.now)
            else { throw Refusal.forbidden("the address of a file is not signed, or no longer") }
            guard let info = try await attachments.files.info(of: key) else { throw Refusal.notFound }
            return Download(files: attachments.files, key: key, info: info, channel: call.channel)
                .answer(call.headers, takesRange: call.method == .get)
        }
        endpoint.mindsAccept = false
        return endpoint
    }()

    /// The files of all notes of a request.
    static let ofNotes = Endpoint(
        summary: "Lists the files of a request's notes", access: .scope(.read, on: .request),
        response: .collection(.attachments)
    ) { call in
        try await call.page(.attachments, of: .requests) { .files(ofNotesOn: $0, for: call.viewer) }
    }
}

extension Call {
    /// Refuses whoever may put a file on nothing, or has uploaded all they may for now.
    fileprivate func permitUpload() async throws {
        try await desk.store.read { try Uploads.permit($0, viewer) }
        if let problem = try await quotaProblem(account: viewer.account.number, person: viewer.person) {
            throw Refusal.invalid("file", problem)
        }
    }

    /// The same for a form that came back, which must be of the account the call works in. One in S3's manner proves
    /// itself: whoever was given it might.
    fileprivate func permitUpload(by permit: UploadPermit) async throws {
        let owner = try owner(of: permit)
        if permit.provider == .local {
            guard let viewer = knownViewer else { throw Refusal.unauthenticated }
            guard desk.attachments.isOwn(permit, of: viewer) else {
                throw UploadRefusal(.forbidden, "The form was given out in another account")
            }
            try await desk.store.read { try Uploads.permit($0, viewer) }
        } else {
            try holder?.take(owner.person)
        }
        if let problem = try await quotaProblem(account: owner.account, person: owner.person) {
            throw UploadRefusal(.quota, problem)
        }
    }

    private func quotaProblem(account: Int64, person: Int64) async throws -> String? {
        let quotas = desk.attachments.quotas
        return try await desk.store.read { [now = desk.store.now] in
            try Uploads.problem($0, quotas, account: account, person: person, now: now)
        }
    }

    /// Counts a file that came in.
    fileprivate func countUpload(_ permit: UploadPermit, _ key: FileKey, size: Int64) async throws {
        let owner = try owner(of: permit)
        let quotas = desk.attachments.quotas
        let problem = try await desk.store.write { transaction in
            try Uploads.count(transaction, quotas, key, size: size, account: owner.account, person: owner.person)
        }
        if let problem { throw UploadRefusal(.quota, problem) }
    }

    /// For whom an upload counts: whoever sends it; whom its form was given to when that is not known.
    private func owner(of permit: UploadPermit) throws(UploadRefusal) -> (account: Int64, person: Int64) {
        guard let owner = desk.attachments.owner(of: permit) else {
            throw UploadRefusal(.forbidden, "The form was given out to nobody")
        }
        return (owner.account, knownViewer?.person ?? owner.person)
    }
}
