import Files
import HTTPTypes
import NIOCore
import Web
import Wire

/// What an upload is answered: JSON, or XML as S3 has it.
extension Answer {
    /// 200 with the key, or 201 with XML (docs/protocol/attachments.md#step-2-sending-it).
    static func uploaded(_ outcome: Upload.Outcome, address: String) -> Answer {
        let key = outcome.key.text
        switch outcome.permit.provider {
        case .local: return .json(["key": .string(key)])
        case .s3:
            let location = "\(address)/\(PercentEncoding.component(key))"
            let tag = "\"\(outcome.digest)\""
            var answer = Answer.xml(
                """
                <PostResponse><Location>\(location.escapedForXML)</Location><Bucket>steward</Bucket>\
                <Key>\(key.escapedForXML)</Key><ETag>\(tag)</ETag></PostResponse>
                """, status: .created)
            answer.location = location
            answer.headers[.eTag] = tag
            return answer
        }
    }

    /// Why an upload was not taken.
    static func refused(_ refusal: UploadRefusal, _ provider: UploadForm.Provider) -> Answer {
        if provider == .s3 {
            return .xml(
                S3Error.text(refusal.code.rawValue, refusal.text),
                status: refusal.code == .forbidden ? .forbidden : .badRequest)
        }
        var body: JSON = ["message": .string(refusal.text)]
        let status: HTTPResponse.Status
        switch refusal.code {
        case .forbidden: status = .forbidden
        case .malformed: status = .badRequest
        case .tooLarge: status = .contentTooLarge
        case .badName, .empty, .quota:
            status = .unprocessableContent
            body = ["message": "Validation Failed", "errors": [["file", .string(refusal.text)]]]
        }
        return .json(body, status: status)
    }

    private static func xml(_ text: String, status: HTTPResponse.Status) -> Answer {
        Answer(
            status: status, body: ByteBuffer(string: S3Error.declaration + text), contentType: S3Error.contentType)
    }
}
