import Glibc

/// Addresses of the web, as RFC 3986 writes them: absolute, `http` or `https`, with a host. Whoever shows one may make
/// a link of it: it runs nothing.
public enum WebAddress {
    /// What every one matches, beside being a URI, for descriptions of the API.
    public static let pattern = "^[Hh][Tt][Tt][Pp][Ss]?://[^/?#]"

    private static let schemes = ["http://", "https://"]

    /// Whether a text is one.
    public static func isValid(_ text: String) -> Bool {
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            let scheme = schemes.first(where: { text.prefix($0.count).lowercased() == $0 })
        else { return false }
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { !"/?#".contains($0) }
        // A fragment holds no second mark.
        let parts = rest.dropFirst(authority.count).split(
            separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        return isAuthority(authority) && parts.allSatisfy { isWritten($0, with: ":@/?") }
    }

    /// `user@host:80`, of which only the host must be there.
    private static func isAuthority(_ text: Substring) -> Bool {
        var host = text
        if let end = host.lastIndex(of: "@") {
            guard isWritten(host[..<end], with: ":") else { return false }
            host = host[host.index(after: end)...]
        }
        if let end = host.lastIndex(of: ":"), !host.hasSuffix("]") {
            guard host[host.index(after: end)...].allSatisfy(\.isNumber) else { return false }
            host = host[..<end]
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            var address = in6_addr()
            return inet_pton(AF_INET6, String(host.dropFirst().dropLast()), &address) == 1
        }
        return !host.isEmpty && isWritten(host, with: "")
    }

    /// Whether a part holds only letters, digits, `%` with two digits, and marks that mean nothing or are allowed in
    /// it.
    private static func isWritten(_ part: Substring, with marks: String) -> Bool {
        let pieces = part.split(separator: "%", omittingEmptySubsequences: false)
        return pieces.joined().allSatisfy {
            $0.isLetter || $0.isNumber || "-._~!$&'()*+,;=".contains($0) || marks.contains($0)
        } && pieces.dropFirst().allSatisfy { $0.prefix(2).count == 2 && $0.prefix(2).allSatisfy(\.isHexDigit) }
    }
}
