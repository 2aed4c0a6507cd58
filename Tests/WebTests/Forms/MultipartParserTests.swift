import NIOCore
import Testing

@testable import Web

@Suite struct MultipartParserTests {
    private static let contentType = "multipart/form-data; boundary=xyz"

    /// What a form consists of, its data joined, when it comes in pieces of a size.
    private static func parse(_ form: [UInt8], pieces: Int, _ contentType: String = contentType) throws -> [String] {
        var parser = try MultipartParser(contentType: contentType)
        var found: [String] = []
        var data: [UInt8] = []
        for start in stride(from: 0, to: form.count, by: pieces) {
            parser.append(ByteBuffer(bytes: form[start..<min(start + pieces, form.count)]))
            while let event = try parser.next() {
                switch event {
                case .part(let part): found.append("\(part.name)|\(part.fileName ?? "-")")
                case .data(let bytes): data += Array(buffer: bytes)
                case .partEnd:
                    found.append(String(decoding: data, as: UTF8.self))
                    data = []
                }
            }
        }
        return found + [parser.isWhole ? "whole" : "cut"]
    }

    private static func form(_ text: String) -> [UInt8] { Array(text.replacing("\n", with: "\r\n").utf8) }

    @Test(
        "a form is read alike in pieces of any size",
        arguments: [
            // Data that looks like boundaries, a preamble, an epilogue, spaces after a boundary, an empty part.
            (
                """
                preamble --xyz
                --xyz
                Content-Disposition: form-data; name="a"

                1
                --xyz\u{20}\u{20}
                content-disposition: form-data; name=b; filename="C:\\dir\\f.txt"
                Content-Type: text/plain

                \r\r\n
                --xy
                --xy--xyz\u{20}
                --xyz
                Content-Disposition: form-data; name="c"


                --xyz--
                epilogue
                """, ["a|-", "1", "b|C:\\dir\\f.txt", "\r\r\n\r\n--xy\r\n--xy--xyz\u{20}", "c|-", "", "whole"]
            ),
            ("--xyz\nContent-Disposition: form-data; name=a\n\nx\n--xyz--", ["a|-", "x", "whole"]),
            ("--xyz--\n", ["whole"]),
            ("--xyz\nContent-Disposition: form-data; name=a\n\nx\n--xyz", ["a|-", "x", "cut"]),
            ("--xyz\nContent-Disposition: form-data; name=a\n\nx", ["a|-", "cut"]),
            ("nothing of it", ["cut"]),
            ("", ["cut"]),
        ])
    func pieces(text: String, expected: [String]) throws {
        let form = Self.form(text)
        for size in 1...max(form.count, 1) { #expect(try Self.parse(form, pieces: size) == expected, "\(size)") }
    }

    @Test func bytesOfAnyKindPassUnchanged() throws {
        var bytes: [UInt8] = []
        for value in 0..<60_000 { bytes.append(UInt8(truncatingIfNeeded: value % 13 == 0 ? 13 : value &* 7)) }
        let head = Self.form("--xyz\nContent-Disposition: form-data; name=file; filename=a\n\n")
        let form = head + bytes + Self.form("\n--xyz--\n")
        for size in [1, 7, 4096, 65_536, form.count] {
            var parser = try MultipartParser(contentType: Self.contentType)
            var data: [UInt8] = []
            for start in stride(from: 0, to: form.count, by: size) {
                parser.append(ByteBuffer(bytes: form[start..<min(start + size, form.count)]))
                while let event = try parser.next() {
                    if case .data(let piece) = event { data += Array(buffer: piece) }
                }
            }
            #expect(parser.isWhole && data == bytes, "pieces of \(size)")
        }
    }

    @Test(
        "what is no form is refused, in whatever pieces it comes",
        arguments: [
            "--xyz\n\nx\n--xyz--", "--xyz\nContent-Type: text/plain\n\nx\n--xyz--",
            "--xyz\nContent-Disposition: form-data\n\nx\n--xyz--", "--xyzContent-Disposition: form-data; name=a\n\nx",
            "--xyz\n" + String(repeating: "X-Long: x\n", count: 1000),
        ])
    func refuses(text: String) {
        let form = Self.form(text)
        for size in [1, 2, 3, form.count] {
            #expect(throws: Malformed.self, "pieces of \(size)") { try Self.parse(form, pieces: size) }
        }
    }

    @Test func aNameThatIsNotUTF8IsRefused() {
        let form = Self.form("--xyz\nContent-Disposition: form-data; name=a; filename=") + [0xFF, 13, 10, 13, 10]
        #expect(throws: Malformed.self) { try Self.parse(form, pieces: form.count) }
    }

    @Test(
        "a content type must name a boundary",
        arguments: [
            "", "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"\"",
            "multipart/form-data; boundary=" + String(repeating: "x", count: 71),
        ])
    func boundaries(contentType: String) {
        #expect(throws: Malformed.self) { try MultipartParser(contentType: contentType) }
    }

    @Test(
        "parameters of a header are read as clients write them",
        arguments: [
            (#"form-data; name="file"; filename="a.txt""#, "file", "a.txt"),
            ("form-data; name=file; filename=a.txt", "file", "a.txt"),
            ("form-data; NAME=file ; FileName = x", "file", "x"),
            (#"form-data; name="fi;le"; filename="a;b=c.txt""#, "fi;le", "a;b=c.txt"),
            (#"form-data; name="file"; filename="C:\Users\me\a b.txt""#, "file", #"C:\Users\me\a b.txt"#),
            (#"form-data; name="file"; filename="say \"hi\".txt""#, "file", #"say "hi".txt"#),
            (#"form-data; name="file"; filename="C:\dir\""#, "file", #"C:\dir\"#),
            (#"form-data; name=file; filename="=?utf-8?B?w6k=?="; filename*=utf-8''%C3%A9.txt"#, "file", "é.txt"),
            (#"form-data; name=file; filename*=UTF-8'en'%e2%82%ac; filename=x"#, "file", "€"),
            (#"form-data; name=file; filename*=latin1''%E9; filename=x"#, "file", "x"),
            (#"form-data; name=file; filename*=UTF-8''%ZZ; filename=x"#, "file", "x"),
            (#"form-data; name=a; name=b; filename=x"#, "a", "x"),
            (#"form-data; flag; ; name=a; filename=x"#, "a", "x"),
        ])
    func parameters(header: String, name: String, fileName: String) {
        let part = MultipartPart(headers: "Content-Type: a/b\r\nContent-Disposition: \(header)\r\n")
        #expect(part?.name == name && part?.fileName == fileName)
    }
}
