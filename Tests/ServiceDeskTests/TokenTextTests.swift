import Testing

@testable import ServiceDesk

@Suite struct TokenTextTests {
    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")

    @Test func aThousandAreValidAndDistinct() {
        let secrets = (0..<1000).map { _ in TokenText.random().secret }
        #expect(Set(secrets).count == 1000)
        #expect(Set(secrets.map { TokenText.digest($0).hexadecimal }).count == 1000)
        for secret in secrets {
            #expect(secret.utf8.count == 112 && secret.hasPrefix("stw"))
            #expect(secret.allSatisfy { Self.alphabet.contains($0) })
            #expect(TokenText(secret)?.secret == secret)
        }
    }

    @Test func everyChangedCharacterIsRefused() {
        let secret = Array(TokenText.random().secret)
        var accepted = 0
        for place in secret.indices {
            for character in Self.alphabet + ["-", " ", "é"] where character != secret[place] {
                var changed = secret
                changed[place] = character
                if TokenText(String(changed)) != nil { accepted += 1 }
            }
        }
        #expect(accepted == 0)
    }

    @Test func whatIsNoTokenIsRefused() {
        let secret = TokenText.random().secret
        let others = [
            "", "stw", String(secret.dropLast()), secret + "0", " " + secret, secret + " ", secret.uppercased(),
            String(repeating: "0", count: 112), String(secret.reversed()), String(repeating: "é", count: 56),
        ]
        for other in others { #expect(TokenText(other) == nil, "\(other)") }
    }

    @Test func aDigestIsTheSHA256() {
        let digest = TokenText.digest("abc").hexadecimal
        #expect(digest == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(TokenText.digest("abc") == TokenText.digest("abc"))
        #expect(TokenText.digest("abc") != TokenText.digest("abd"))
    }
}
