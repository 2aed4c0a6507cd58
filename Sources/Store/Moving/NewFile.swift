import Foundation
import Glibc

/// Makes a file that is there whole or not at all: it is written under another name, and gets its own when it is
/// complete.
enum NewFile {
    /// - Parameter write: writes the file at the path it is given; what it throws leaves nothing behind.
    /// - Throws: `StoreError` of kind `cannotOpen` when there is a file already; nothing is overwritten.
    static func make<Result>(at path: String, _ write: (String) throws -> Result) throws -> Result {
        try refuseExisting(path)
        return try draft(of: path, write) { draft in
            // A link, since renaming would overwrite what has come there meanwhile.
            if link(draft, path) != 0 { throw failure(writing: path) }
        }
    }

    /// Puts a new file in the place of one that nobody uses and that is given up.
    static func replace(at path: String, _ write: (String) throws -> Void) throws {
        try draft(of: path, write) { draft in
            var old = stat()
            // It goes on belonging to whom it belonged to; who may not say so keeps it.
            if stat(path, &old) == 0, chmod(draft, old.st_mode & 0o7777) == 0 {
                _ = chown(draft, old.st_uid, old.st_gid)
            }
            for suffix in logs { unlink(path + suffix) }
            if rename(draft, path) != 0 { throw failure(writing: path) }
        }
    }

    /// What SQLite keeps beside a file and puts into it when it is opened.
    private static let logs = ["-wal", "-shm", "-journal"]

    private static func draft<Result>(
        of path: String, _ write: (String) throws -> Result, publish: (String) throws -> Void
    ) throws -> Result {
        let draft = path + ".part"
        let descriptor = try take(draft, for: path)
        // The lock goes with the descriptor, after the draft is gone.
        defer { close(descriptor) }
        defer { for suffix in [""] + logs { unlink(draft + suffix) } }
        do {
            let result = try write(draft)
            try synchronize(descriptor, path)
            try publish(draft)
            try synchronizeFolder(of: path)
            return result
        } catch let error as StoreError {
            throw StoreError(error.kind, error.description.replacing(draft, with: path))
        }
    }

    /// Opens the draft alone. One that a killed process left behind is emptied.
    private static func take(_ draft: String, for path: String) throws -> Int32 {
        while true {
            // For the owner alone: a database holds digests of passwords, and every note.
            let descriptor = open(draft, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else { throw failure(writing: path) }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                close(descriptor)
                throw StoreError(
                    .unavailable, "somebody is writing '\(path)' at this moment; wait, or name another file")
            }
            var (mine, named) = (stat(), stat())
            if fstat(descriptor, &mine) == 0, stat(draft, &named) == 0, mine.st_ino == named.st_ino {
                for suffix in logs { unlink(draft + suffix) }
                if ftruncate(descriptor, 0) == 0 { return descriptor }
                close(descriptor)
                throw failure(writing: path)
            }
            // Whoever had it finished between opening and locking.
            close(descriptor)
        }
    }

    private static func refuseExisting(_ path: String) throws {
        if access(path, F_OK) == 0 {
            throw StoreError(.cannotOpen, "there is a file '\(path)' already; nothing is overwritten, name another one")
        }
        for suffix in ["-wal", "-journal"] where access(path + suffix, F_OK) == 0 {
            throw StoreError(
                .cannotOpen,
                """
                there is a log '\(path)\(suffix)' of a database that is gone; it would be put into the new one, remove \
                it first
                """)
        }
    }

    private static func synchronize(_ descriptor: Int32, _ path: String) throws {
        if fsync(descriptor) != 0 { throw failure(writing: path) }
    }

    private static func synchronizeFolder(of path: String) throws {
        let folder = open(URL(filePath: path).deletingLastPathComponent().path, O_RDONLY | O_CLOEXEC)
        guard folder >= 0 else { throw failure(writing: path) }
        defer { close(folder) }
        try synchronize(folder, path)
    }

    private static func failure(writing path: String) -> StoreError {
        if errno == EEXIST {
            return StoreError(
                .cannotOpen, "there is a file '\(path)' already; nothing is overwritten, name another one")
        }
        return StoreError(
            .cannotOpen,
            """
            cannot write '\(path)': \(String(cString: strerror(errno))); check that the folder exists and can be \
            written to
            """)
    }
}
