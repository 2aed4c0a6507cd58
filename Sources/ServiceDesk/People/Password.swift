import Crypto
import CryptoExtras
import Foundation
import Wire

/// Passwords as they are stored: scrypt with a salt, and its costs beside it so that they can be raised later.
public enum Password {
    /// The shortest and longest password taken.
    public static let lengths = 8...256
    private static let rounds = 1 << 15
    private static let blockSize = 8
    private static let keyLength = 32

    /// The text to store. Slow on purpose: never call it inside a transaction.
    public static func hash(_ password: String) throws -> String {
        let salt = SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) }
        return "scrypt$\(rounds)$\(blockSize)$\(Hexadecimal.text(salt))$\(Hexadecimal.text(try derive(password, salt)))"
    }

    private static func derive(_ password: String, _ salt: [UInt8]) throws -> [UInt8] {
        let key = try KDF.Scrypt.deriveKey(
            from: Data(password.utf8), salt: salt, outputByteCount: keyLength, rounds: rounds, blockSize: blockSize,
            parallelism: 1)
        return key.withUnsafeBytes { Array($0) }
    }
}
