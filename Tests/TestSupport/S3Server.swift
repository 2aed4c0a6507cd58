/// The S3 server of this test process, with a bucket `steward`: one that checks every signature.
public final class S3Server: Sendable {
    private static let started = Result { try S3Server() }

    /// `http://127.0.0.1:7480`.
    public let endpoint: String
    public let accessKey: String
    public let secretKey: String

    /// The server.
    public static func shared() throws -> S3Server { try started.get() }

    private init() throws {
        let words = try ServerProcess.start("radosgw.py").split(separator: " ").map(String.init)
        guard words.count == 3 else { throw ServerProcess.Missing("radosgw.py printed something else") }
        (endpoint, accessKey, secretKey) = (words[0], words[1], words[2])
    }
}
