import Crypto
import Wire

/// The forms by which clients send files to this server itself: the documented local one
/// (docs/protocol/attachments.md#step-1-where-to-send-it), or, for clients that know only
/// S3, one in S3's manner.
public struct LocalForm: Sendable {
    let provider: UploadForm.Provider
    private let key: SymmetricKey
    private let signature: SignatureV4
    /// The size that a local form allows; one in S3's manner says it in its policy.
    private let limits: UploadLimits
    private let now: @Sendable () -> Timestamp

    private static let expiration = "x-R-Service-expiration"
    private static let signatureField = "x-R-Service-signature"
    /// The same fields by the names that other editions of the protocol have.
    private static let expirations = [expiration, "x-4me-expiration", "x-xurrent-expiration"]
    private static let signatures = [signatureField, "x-4me-signature", "x-xurrent-signature"]
    private static let bucket = "steward"

    /// - Parameters:
    ///   - secret: what forms are signed with.
    ///   - now: the clock that says whether a form is over.
    public init(
        _ provider: UploadForm.Provider, secret: [UInt8], limits: UploadLimits,
        now: @escaping @Sendable () -> Timestamp = { Timestamp.now() }
    ) {
        self.provider = provider
        self.limits = limits
        self.now = now
        key = SymmetricKey(
            data: HMAC<SHA256>.authenticationCode(for: Array("uploads".utf8), using: .init(data: secret)))
        let derived = HMAC<SHA256>.authenticationCode(for: Array("s3 uploads".utf8), using: .init(data: secret))
        signature = SignatureV4(accessKey: "STEWARD", secretKey: Hexadecimal.text(derived), region: "local")
    }

    func make(_ terms: UploadTerms) -> UploadForm {
        switch provider {
        case .s3: return PostPolicy(bucket: Self.bucket, terms).form(signedBy: signature, address: terms.address)
        case .local:
            let expiry = terms.expiry.formatted(in: .utc)
            return UploadForm(
                .local, address: terms.address,
                fields: [
                    UploadForm.Field("key", terms.keyPattern), UploadForm.Field(Self.expiration, expiry),
                    UploadForm.Field(Self.signatureField, signed(terms.keyPattern, expiry)),
                ])
        }
    }

    /// Whether a form that came back is of the local kind, as far as it has come.
    static func isLocal(_ form: UploadForm) -> Bool { signatures.contains { form[$0] != nil } }

    /// What a form that came back allows. Its signature says which kind it is, whichever is given out now.
    func permit(_ form: UploadForm) throws(UploadRefusal) -> UploadPermit {
        guard let pattern = form["key"] else {
            throw UploadRefusal(.malformed, "The field 'key' is missing before the file; the file comes last")
        }
        guard form["policy"] == nil else {
            return try PostPolicy.permit(form, key: pattern, signedBy: signature, bucket: Self.bucket, now: now())
        }
        guard let expiry = Self.expirations.lazy.compactMap({ form[$0] }).first,
            let given = Self.signatures.lazy.compactMap({ form[$0] }).first
        else {
            throw UploadRefusal(
                .malformed, "The fields '\(Self.expiration)' and '\(Self.signatureField)' are missing before the file")
        }
        guard ConstantTime.areEqual(given.utf8, signed(pattern, expiry).utf8) else {
            throw UploadRefusal(.forbidden, "The signature does not fit the key and the expiration")
        }
        guard let time = Timestamp(expiry, zone: .utc), now() <= time else {
            throw UploadRefusal(.forbidden, "The upload was to begin before \(expiry); ask for storage again")
        }
        return UploadPermit(provider: .local, keyPattern: pattern, size: limits.size)
    }

    private func signed(_ pattern: String, _ expiry: String) -> String {
        Hexadecimal.text(HMAC<SHA256>.authenticationCode(for: Array("\(pattern)\n\(expiry)".utf8), using: key))
    }
}
