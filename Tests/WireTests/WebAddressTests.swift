import Testing
import Wire

@Suite struct WebAddressTests {
    @Test(arguments: [
        "http://a", "https://a.example/", "HTTPS://A.EXAMPLE", "https://a.example:8443/b.png?c=d&e=%20f#g",
        "http://192.0.2.1:/", "http://[2001:db8::1]/x", "http://[::ffff:192.0.2.1]:80", "https://u:p@a.example/x",
        "https://a?", "https://a#", "https://a#/?:@", "https://a/-._~!$&'()*+,;=:@", "https://%C3%BC.example/",
    ])
    func isTaken(_ text: String) throws {
        #expect(WebAddress.isValid(text))
        #expect(try Regex(WebAddress.pattern).prefixMatch(in: text) != nil)
    }

    @Test(arguments: [
        "", " ", "a", "a.example/x.png", "//a.example/x", "/x.png", "http:", "http:/a", "http://", "https:///x",
        "http://?a", "http://#a", "http://:80", "http://u@", "http://@/", "ftp://a", "file:///etc/passwd", "mailto:a@b",
        "javascript:alert(1)", "JavaScript://a/%0Aalert(1)", "data:image/png;base64,AAAA", "vbscript:x", "httpx://a",
        " http://a", "http://a ", "http://a/b c", "http://a/\n", "ht\ntp://a", "http://a\t", "http://a/\u{0}",
        "http://a/\u{7F}", "http://a/\u{85}", "http://a/ü", "http://ü/", "http\u{17F}://a", "http://a/<b>",
        "http://a/\"",
        "http://a\\@b/", "http://a/{b}", "http://a|b", "http://a/^", "http://a/`", "http://a/[b]", "http://a/%",
        "http://a/%4", "http://a/%zz", "http://a#b#c", "http://a@b@c/", "http://a:x/", "http://a:80:80/", "http://[::1",
        "http://[::1]x/", "http://[:::]/", "http://[1.2.3.4]/", "http://[]/", "http://::1/",
    ])
    func isRefused(_ text: String) {
        #expect(!WebAddress.isValid(text))
    }
}
