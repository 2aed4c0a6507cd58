import Crypto
import Files
import Wire

/// The key of an uploaded file: `attachments/5/2026/11/21/7/1763712000.123456-<hex>/hello.txt`, that is account, day,
/// person, moment and chance, name. The moment is when the upload was allowed. Forms in S3's manner let their holder
/// choose what follows that: there may be folders before the name.
struct AttachmentKey: Sendable {
    let file: FileKey
    let folder: Folder

    var account: Int64 { folder.account }

    /// What the file is called, on one line; the key has the name as it was sent.
    var name: String {
        let line = file.name.onOneLine
        return line.isEmpty ? "?" : line
    }

    /// How many random bytes make a key impossible to guess.
    private static let chance = 16

    /// How long after an upload was allowed it may begin.
    static let uploadSeconds: Int64 = 3_600
    /// How long after an upload was allowed the file may be put on a record.
    static let useSeconds: Int64 = 86_400
    /// How long after an upload was allowed the file is removed when it is on no record: a day after the last moment at
    /// which it can have come in.
    static let keepSeconds = useSeconds + uploadSeconds

    /// A new folder for the uploads that one form allows.
    static func newFolder(account: Int64, person: Int64, now: Timestamp) -> String {
        let chance = SymmetricKey(size: SymmetricKeySize(bitCount: chance * 8)).withUnsafeBytes { Hexadecimal.text($0) }
        let (seconds, fraction) = (now.secondsSince1970, now.microseconds % 1_000_000)
        let micros = String(fraction + 1_000_000).dropFirst()
        return "\(folder(account: account, day: now))/\(person)/\(seconds).\(micros)-\(chance)"
    }

    /// The key of a summary that the server makes; nobody can upload to it or put it on a record.
    static func newSummary(account: Int64, name: String, now: Timestamp) -> FileKey? {
        let chance = SymmetricKey(size: SymmetricKeySize(bitCount: chance * 8)).withUnsafeBytes { Hexadecimal.text($0) }
        return FileKey("summaries/\(account)/\(now.secondsSince1970)-\(chance)/\(name)")
    }

    /// The folder of an account's uploads of a day.
    static func folder(account: Int64, day: Timestamp) -> String {
        "attachments/\(account)/\(day.formatted(in: .utc).prefix(10).replacing("-", with: "/"))"
    }

    /// Reads a key; nil for any that was not made here.
    init?(_ text: String) {
        guard let file = FileKey(text), let folder = Folder(file) else { return nil }
        self.file = file
        self.folder = folder
    }

    /// What the folder of an upload says, whatever lies in it: a form of S3 lets its holder store any key below.
    struct Folder: Sendable {
        let account: Int64
        /// To whom the upload was allowed.
        let person: Int64
        let issuedAt: Timestamp

        init?(_ file: FileKey) {
            let parts = file.parts
            guard parts.count > 7, parts[0] == "attachments", let account = Int64(parts[1]),
                let person = Int64(parts[5])
            else { return nil }
            let moment = parts[6].split(separator: "-")
            let time = moment.first?.split(separator: ".") ?? []
            guard moment.count == 2, moment[1].utf8.count == AttachmentKey.chance * 2, time.count == 2,
                time[1].utf8.count == 6, let seconds = Int64(time[0]), (0...AttachmentKey.latest).contains(seconds),
                let micros = Int64(time[1]), micros >= 0
            else { return nil }
            issuedAt = Timestamp(microseconds: seconds * 1_000_000 + micros)
            self.account = account
            self.person = person
            let day = AttachmentKey.folder(account: account, day: issuedAt) + "/"
            guard file.text.utf8.starts(with: day.utf8) else { return nil }
        }

        /// Whether so many seconds have passed since the upload was allowed.
        func isOlder(than seconds: Int64, at now: Timestamp) -> Bool {
            now > issuedAt.adding(seconds: seconds)
        }
    }

    /// The end of the year 9999.
    private static let latest: Int64 = 253_402_300_799
}
