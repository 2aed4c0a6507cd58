import Glibc

/// A database file is for its owner alone: it holds digests of passwords, the key that addresses are signed with, and
/// every note. SQLite gives its logs the rights of the file.
enum OwnFile {
    /// Makes an empty file, which SQLite takes for a new database, unless there is one.
    /// - Returns: whether it was made.
    static func make(_ path: String) throws(StoreError) -> Bool {
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor < 0 else {
            close(descriptor)
            return true
        }
        if errno == EEXIST { return false }
        throw StoreError(
            .cannotOpen,
            """
            cannot open the database '\(path)': \(String(cString: strerror(errno))); check that the folder exists and \
            can be written to
            """)
    }

    /// Whether others than the owner may read the file.
    static func isWide(_ path: String) -> Bool {
        var file = stat()
        return stat(path, &file) == 0 && file.st_mode & 0o077 != 0
    }
}
