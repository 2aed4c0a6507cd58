import Foundation
import Wire

/// The policy of a browser-style upload to S3: what may be posted, how large, and until when.
struct PostPolicy {
    private let bucket: String
    private let terms: UploadTerms

    init(bucket: String, _ terms: UploadTerms) {
        self.bucket = bucket
        self.terms = terms
    }

    /// The form of docs/protocol/attachments.md#step-1-where-to-send-it, with the policy and its signature.
    func form(signedBy signature: SignatureV4, address: String) -> UploadForm {
        let time = SignatureV4.time(terms.now)
        let fixed = [
            UploadForm.Field("acl", "private"), UploadForm.Field("success_action_status", "201"),
            UploadForm.Field("x-amz-algorithm", SignatureV4.algorithm),
            UploadForm.Field("x-amz-credential", signature.credential(at: time)), UploadForm.Field("x-amz-date", time),
            UploadForm.Field("x-amz-server-side-encryption", "AES256"),
        ]
        let policy = Data(json(fixed).bytes).base64EncodedString()
        let fields =
            fixed + [
                UploadForm.Field("key", terms.keyPattern), UploadForm.Field("policy", policy),
                UploadForm.Field("x-amz-signature", signature.signature(of: policy, at: time)),
            ]
        return UploadForm(.s3, address: address, fields: fields.sorted { $0.name < $1.name })
    }

    private func json(_ fixed: [UploadForm.Field]) -> JSON {
        func equal(_ name: String, _ value: String) -> JSON { [name: .string(value)] }
        func starts(_ name: String, _ value: String) -> JSON {
            ["starts-with", .string("$" + name), .string(value)]
        }
        var conditions = [equal("bucket", bucket), starts("key", terms.folder + "/"), starts("Content-Type", "")]
        conditions += fixed.map { equal($0.name, $0.value) }
        conditions.append(["content-length-range", 1, .integer(terms.limits.size)])
        return [
            "expiration": .string(terms.expiry.formatted(in: .utc).replacing("Z", with: ".000Z")),
            "conditions": .array(conditions),
        ]
    }

    /// What a form with a policy allows, when this server is its own S3. The policy was made here, as its signature
    /// says, and so has the shape that `json` gives it.
    static func permit(
        _ form: UploadForm, key: String, signedBy signature: SignatureV4, bucket: String, now: Timestamp
    ) throws(UploadRefusal) -> UploadPermit {
        guard let text = form["policy"], let date = form["x-amz-date"], let given = form["x-amz-signature"] else {
            throw UploadRefusal(.malformed, "The fields 'x-amz-date' and 'x-amz-signature' are missing before the file")
        }
        guard ConstantTime.areEqual(given.utf8, signature.signature(of: text, at: date).utf8),
            let bytes = Data(base64Encoded: text), let policy = try? JSON.parse(Array(bytes)),
            case .object(let object) = policy, case .array(let conditions)? = object["conditions"],
            let expiration = object["expiration"]?.text.flatMap({ Timestamp($0, zone: .utc) })
        else { throw UploadRefusal(.forbidden, "The signature does not fit the policy") }
        guard now <= expiration else {
            throw UploadRefusal(.forbidden, "The policy has expired; ask for storage again")
        }
        var folder: String?
        var size: Int64?
        for condition in conditions {
            switch condition {
            case .object(let object):
                for (name, value) in object.members where name != "bucket" && form[name] != value.text {
                    throw UploadRefusal(.forbidden, "The field '\(name)' is not as the policy has it")
                }
            case .array(let items) where items.count == 3:
                if items[1] == "$key", let prefix = items[2].text { folder = prefix }
                if items[0] == "content-length-range", case .integer(let most) = items[2] { size = most }
            default: break
            }
        }
        guard let folder, let size, key.utf8.starts(with: folder.utf8), FileKey(key) != nil else {
            throw UploadRefusal(.forbidden, "The key does not begin as the policy has it, or leads out of there")
        }
        return UploadPermit(provider: .s3, keyPattern: key, size: size)
    }
}
