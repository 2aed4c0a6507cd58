import Crypto
import Wire

/// Addresses by which whoever has one reads a file for a while, without a token.
///
/// An expiry is rounded up to a UTC day: else every answer would differ from the one before, and no entity tag would
/// ever match.
public struct FileAddresses: Sendable {
    /// Where this server is reached: `https://api.example.com`.
    private let origin: String
    private let key: FileAddressKey
    private let expiry: Int64

    /// How long an address works at least, and a day less than at most.
    public static let seconds: Int64 = 86_400

    public init(origin: String, key: FileAddressKey, now: Timestamp) {
        let earliest = now.secondsSince1970 + Self.seconds
        self.init(origin, key, expiry: (earliest + Self.seconds - 1) / Self.seconds * Self.seconds)
    }

    private init(_ origin: String, _ key: FileAddressKey, expiry: Int64) {
        self.origin = origin
        self.key = key
        self.expiry = expiry
    }

    /// The same addresses as they were printed the day before, and as a server whose clock is ahead of this one's
    /// prints them already when the day is about to end.
    public var neighbours: [FileAddresses] {
        [-Self.seconds, Self.seconds].map { FileAddresses(origin, key, expiry: expiry + $0) }
    }

    /// For reading what no client sees.
    public static let unreachable = FileAddresses(
        origin: "", key: FileAddressKey(secret: []), now: Timestamp(microseconds: 0))

    /// Prints the address of a file in quotes. A key holds nothing that JSON would escape once it is percent-encoded.
    public func print(_ file: UnsafeBufferPointer<UInt8>, into buffer: inout JSONBuffer) {
        buffer.append("\"")
        buffer.append(Array(origin.utf8))
        buffer.append("/storage/")
        for byte in file { buffer.append(percentEncoded: byte) }
        buffer.append("?expires=")
        buffer.append(integer: expiry)
        buffer.append("&signature=")
        buffer.append(Array(key.signature(of: file, expiry: expiry).utf8))
        buffer.append("\"")
    }
}

/// The key that addresses of files are signed with.
public struct FileAddressKey: Sendable {
    private let key: SymmetricKey

    public init(secret: [UInt8]) {
        key = SymmetricKey(
            data: HMAC<SHA256>.authenticationCode(for: Array("files".utf8), using: SymmetricKey(data: secret)))
    }

    /// Whether an address was given out by this installation and still works.
    public func allows(_ file: String, expiry: String, signature: String, now: Timestamp) -> Bool {
        guard let expiry = Int64(expiry), let bytes = Base64URL.decode(signature) else { return false }
        let signed = Array(file.utf8).withUnsafeBufferPointer { code(of: $0, expiry: expiry) }
        // HMAC compares in constant time.
        return HMAC<SHA256>.isValidAuthenticationCode(bytes, authenticating: signed, using: key)
            && now.secondsSince1970 < expiry
    }

    fileprivate func signature(of file: UnsafeBufferPointer<UInt8>, expiry: Int64) -> String {
        Base64URL.encode(Array(HMAC<SHA256>.authenticationCode(for: code(of: file, expiry: expiry), using: key)))
    }

    private func code(of file: UnsafeBufferPointer<UInt8>, expiry: Int64) -> [UInt8] {
        Array("\(expiry)\n".utf8) + file
    }
}

extension JSONBuffer {
    /// Appends a byte as it stands in the path of an address.
    fileprivate mutating func append(percentEncoded byte: UInt8) {
        if PercentEncoding.isUnreserved(byte) || byte == UInt8(ascii: "/") { return append(byte) }
        append(UInt8(ascii: "%"))
        for half in [byte >> 4, byte & 15] { append(Hexadecimal.digit(half, isUpperCase: true)) }
    }
}
