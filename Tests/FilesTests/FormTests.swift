import Foundation
import Testing
import Wire

@testable import Files

/// The forms of a folder, by which clients send files here.
@Suite struct FormTests {
    private static let start = Timestamp(microseconds: 1_763_712_000_000_000)
    private static let folder = "attachments/5/2025/11/21/7/1763712000.000000-abc"
    private static let limits = UploadLimits(size: 1000)

    private static func make(_ provider: UploadForm.Provider, secret: [UInt8] = [1, 2, 3]) -> UploadForm {
        LocalForm(provider, secret: secret, limits: limits).make(
            UploadTerms(
                folder: folder, limits: limits, now: start,
                expiry: start.adding(seconds: 3_600),
                address: "http://here/v1/attachments"))
    }

    private static func permit(_ form: UploadForm, after seconds: Int64 = 0) throws(UploadRefusal) -> UploadPermit {
        try LocalForm(
            .local, secret: [1, 2, 3], limits: limits,
            now: { start.adding(seconds: seconds) }
        ).permit(form)
    }

    private static func changed(_ form: UploadForm, _ name: String, _ value: String?) -> UploadForm {
        let kept = form.fields.filter { $0.name != name }
        return UploadForm(form.provider, address: "", fields: kept + (value.map { [UploadForm.Field(name, $0)] } ?? []))
    }

    @Test("a form that comes back allows what it said, until it is over", arguments: UploadForm.Provider.allCases)
    func comesBack(provider: UploadForm.Provider) throws {
        let form = Self.make(provider)
        let permit = UploadPermit(provider: provider, keyPattern: "\(Self.folder)/${filename}", size: 1000)
        #expect(try Self.permit(form) == permit)
        #expect(try Self.permit(form, after: 3600) == permit)
        #expect(throws: UploadRefusal.self) { try Self.permit(form, after: 3601) }
    }

    @Test(
        "in S3's manner the key is the one that the form says, with the file's name put in",
        arguments: [
            ("${filename}", "c d.txt"), ("a.txt", "a.txt"), ("deeper/x", "deeper/x"), ("a-${filename}", "a-c d.txt"),
            ("${filename}/${filename}", "c d.txt/c d.txt"), ("${filename}.bak", "c d.txt.bak"),
            ("${Filename}", "${Filename}"), ("${filename", "${filename"), ("${filename}\u{301}", "c d.txt\u{301}"),
            ("2/${filename}", "2/c d.txt"),
        ])
    func ownKey(key: String, expected: String) throws {
        let form = Self.changed(Self.make(.s3), "key", "\(Self.folder)/\(key)")
        for name in ["c d.txt", "/home/me/c d.txt", "C:\\me\\c d.txt"] {
            let found = try Self.permit(form).key(fileName: name)
            #expect(Array(found.text.utf8) == Array("\(Self.folder)/\(expected)".utf8))
        }
    }

    @Test("a signature is refused whichever of its digits is wrong", arguments: UploadForm.Provider.allCases)
    func oneDigit(provider: UploadForm.Provider) throws {
        let form = Self.make(provider)
        let name = provider == .local ? "x-R-Service-signature" : "x-amz-signature"
        let right = Array(try #require(form[name]).utf8)
        for place in right.indices {
            for digit in Array("0123456789abcdef".utf8) where digit != right[place] {
                var wrong = right
                wrong[place] = digit
                #expect(throws: UploadRefusal.self) {
                    try Self.permit(Self.changed(form, name, String(decoding: wrong, as: UTF8.self)))
                }
            }
        }
    }

    @Test("a form of another installation is refused", arguments: UploadForm.Provider.allCases)
    func otherSecret(provider: UploadForm.Provider) {
        #expect(throws: UploadRefusal.self) { try Self.permit(Self.make(provider, secret: [9])) }
    }

    @Test(
        "a changed or missing field is refused",
        arguments: [
            ("key", "attachments/6/${filename}"), ("key", "../../etc/${filename}"), ("key", nil),
            ("x-R-Service-expiration", "2035-01-01T00:00:00Z"), ("x-R-Service-expiration", nil),
            ("x-R-Service-signature", String(repeating: "0", count: 64)), ("x-R-Service-signature", ""),
            ("x-R-Service-signature", nil),
        ] as [(String, String?)])
    func changedLocal(name: String, value: String?) {
        #expect(throws: UploadRefusal.self) { try Self.permit(Self.changed(Self.make(.local), name, value)) }
    }

    @Test(
        "a changed or missing field in S3's manner is refused",
        arguments: [
            ("key", "attachments/6/${filename}"), ("key", nil), ("acl", "public-read"), ("acl", nil),
            ("success_action_status", "204"), ("policy", "e30="), ("x-amz-signature", nil), ("x-amz-date", nil),
            ("x-amz-date", "20200101T000000Z"), ("x-amz-credential", "me"), ("x-amz-server-side-encryption", nil),
            ("key", "attachments/5/2025/11/21/7/1763712000.000000-abc/../../x"),
            ("key", "attachments/5/2025/11/21/7/1763712000.000000-abcd/x"),
            ("key", "attachments/5/2025/11/21/7/1763712000.000000-abc//x"),
            ("key", "attachments/5/2025/11/21/7/1763712000.000000-abc/x/"),
            ("key", "attachments/5/2025/11/21/7/1763712000.000000-abc/"),
            ("x-amz-signature", String(repeating: "0", count: 64)),
        ] as [(String, String?)])
    func changedS3(name: String, value: String?) {
        #expect(throws: UploadRefusal.self) { try Self.permit(Self.changed(Self.make(.s3), name, value)) }
    }

    @Test(
        "the fields are known by the names of all editions, in any case",
        arguments: ["x-4me-", "X-Xurrent-", "x-r-service-", "X-4ME-"])
    func spellings(prefix: String) throws {
        let form = Self.make(.local)
        let renamed = UploadForm(
            .local, address: "",
            fields: form.fields.map { UploadForm.Field($0.name.replacing("x-R-Service-", with: prefix), $0.value) })
        #expect(try Self.permit(renamed).keyPattern == "\(Self.folder)/${filename}")
    }

    @Test func theSeedsFieldsAreThere() throws {
        #expect(Self.make(.local).fields.map(\.name) == ["key", "x-R-Service-expiration", "x-R-Service-signature"])
        #expect(Self.make(.local)["x-R-Service-expiration"] == "2025-11-21T09:00:00Z")
        let form = Self.make(.s3)
        #expect(
            form.fields.map(\.name) == [
                "acl", "key", "policy", "success_action_status", "x-amz-algorithm", "x-amz-credential", "x-amz-date",
                "x-amz-server-side-encryption", "x-amz-signature",
            ])
        #expect(form["x-amz-date"] == "20251121T080000Z")
        let policy = try JSON.parse(Array(try #require(Data(base64Encoded: form["policy"] ?? ""))))
        guard case .object(let object) = policy else { throw UploadRefusal(.malformed, "") }
        #expect(object["expiration"]?.text == "2025-11-21T09:00:00.000Z")
        #expect(
            String(decoding: policy.bytes, as: UTF8.self).contains("[\"content-length-range\",1,1000]"))
    }

    @Test(
        "names that cannot end a key are refused",
        arguments: ["", ".", "..", "a\u{1}b", "a\u{0}", "/", "C:\\", String(repeating: "x", count: 256)])
    func badNames(name: String) {
        let permit = UploadPermit(provider: .local, keyPattern: "a/${filename}", size: 1)
        #expect(throws: UploadRefusal.self) { try permit.key(fileName: name) }
    }

    @Test func aNameEndsTheKey() throws {
        let permit = UploadPermit(provider: .local, keyPattern: "a/b/${filename}", size: 1)
        #expect(try permit.key(fileName: "/home/me/c d.txt").text == "a/b/c d.txt")
        #expect(try permit.key(fileName: "..\\..\\passwd").text == "a/b/passwd")
    }
}
