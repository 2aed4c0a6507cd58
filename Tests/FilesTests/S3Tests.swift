import TestSupport
import Testing
import Wire

@testable import Files

@Suite struct S3Tests {
    /// The example of the service's own documentation ("GET Object" with a range).
    @Test func signsAsTheDocumentationDoes() {
        let signature = SignatureV4(
            accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            region: "us-east-1")
        let now = Timestamp(microseconds: 1_369_353_600_000_000)
        let headers = signature.headers(
            "GET", path: "/test.txt", query: "",
            headers: [("range", "bytes=0-9"), ("host", "examplebucket.s3.amazonaws.com")],
            digest: SignatureV4.emptyDigest, now: now)
        #expect(
            headers.last?.value == """
                AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, \
                SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, \
                Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41
                """)
    }

    @Test func addressesAreRead() throws {
        let amazon = try S3Address("s3://steward-files?region=eu-central-1")
        #expect(amazon.uploads == "https://steward-files.s3.eu-central-1.amazonaws.com/")
        #expect(amazon.host == "steward-files.s3.eu-central-1.amazonaws.com" && !amazon.usesPathStyle)
        let own = try S3Address("s3://files?endpoint=http%3A%2F%2F127.0.0.1%3A7480")
        #expect(own.uploads == "http://127.0.0.1:7480/files/" && own.host == "127.0.0.1:7480")
        #expect(own.path("a b/é") == "/files/a%20b/%C3%A9")
        let other = try S3Address(
            "s3://files?endpoint=https://store.example.com&path-style=false&upload=https://up.example.com/")
        #expect(other.host == "files.store.example.com" && other.uploads == "https://up.example.com/")
    }

    @Test(
        "addresses that lead nowhere are refused with a reason",
        arguments: [
            "s3://", "s3:files", "http://files", "s3://files/prefix", "s3://FILES", "s3://ab", "s3://files?x=1",
            "s3://files?endpoint=ftp://x", "s3://files?endpoint=http://x/path", "s3://files?endpoint=x",
            "s3://files?path-style=yes", "s3://files?region=", "s3://files?region=a/b",
            "s3://files?upload=here",
        ])
    func badAddresses(text: String) {
        let error = #expect(throws: FileError.self) { try S3Address(text) }
        #expect(error?.description.contains(text) == true)
    }

    @Test func anAddressWithKeysInItIsNotShown() {
        let error = #expect(throws: FileError.self) { try S3Address("s3://AKIA:secret@files") }
        #expect(error?.description.contains("secret") == false)
    }

    @Test func listingsAreRead() {
        let listing = S3Listing(
            """
            <?xml version="1.0"?><ListBucketResult><IsTruncated>true</IsTruncated>\
            <Contents><Key>a%2Fb%20c</Key></Contents><Contents><Key>d+e%2B&apos;</Key></Contents>\
            <NextContinuationToken>x&amp;y</NextContinuationToken></ListBucketResult>
            """)
        #expect(listing.keys == ["a/b c", "d e+'"] && listing.next == "x&y")
        #expect(
            S3Listing("<IsTruncated>false</IsTruncated><NextContinuationToken>x</NextContinuationToken>").next == nil)
    }

    @Test(
        "wrong keys and buckets are refused, and the reason shows no secret",
        arguments: [("steward", "wrong secret"), ("not-there", nil)] as [(String, String?)])
    func refused(bucket: String, secret: String?) async throws {
        let server = try S3Server.shared()
        let files = S3Files(
            try S3Address("s3://\(bucket)?endpoint=\(server.endpoint)"), accessKey: server.accessKey,
            secretKey: secret ?? server.secretKey)
        let error = await #expect(throws: FileError.self) { try await files.check() }
        #expect(error?.kind == .refused && error?.description.contains(bucket) == true)
        #expect(error?.description.contains(secret ?? server.secretKey) == false)
        await files.close()
    }

    @Test func aStoreThatIsAwayIsUnavailable() async throws {
        let files = S3Files(
            try S3Address("s3://steward?endpoint=http://127.0.0.1:1"), accessKey: "a", secretKey: "b")
        let error = await #expect(throws: FileError.self) { try await files.check() }
        #expect(error?.kind == .unavailable)
        await files.close()
    }
}
