import Files
import HTTPTypes
import NIOCore
import Web
import Wire

/// What an upload is answered: JSON, or XML as S3 has it.
extension Answer {
    /// 200 with the key, or 201 with XML (docs/protocol/attachments.md#step-2-sending-it).
    static func uploaded(_ key: FileKey, _ provider: UploadForm.Provider, address: String) -> Answer {
        switch provider {
        case .local: return .json(["key": .string(key.text)])
        case .s3:
            let name = PercentEncoding.component(key.text)
            return .xml(
                """
                <PostResponse><Location>\(xml(address))/\(name)</Location><Bucket>steward</Bucket>\
                <Key>\(xml(key.text))</Key><ETag>"\(EntityTag.of(Array(key.text.utf8)).filter { $0 != "\"" })"</ETag>\
                </PostResponse>
                """, status: .created)
        }
    }

    /// Why an upload was not taken.
    static func refused(_ refusal: UploadRefusal, _ provider: UploadForm.Provider) -> Answer {
        if provider == .s3 {
            let error = "<Error><Code>\(refusal.code.rawValue)</Code><Message>\(xml(refusal.text))</Message></Error>"
            return .xml(error, status: refusal.code == .forbidden ? .forbidden : .badRequest)
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
            status: status, body: ByteBuffer(string: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\(text)"),
            contentType: "application/xml")
    }

    private static func xml(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
