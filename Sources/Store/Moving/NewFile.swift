import Foundation
import Glibc

/// Makes a file that is there whole or not at all: it is written under another name and renamed when it is complete.
enum NewFile {
    /// - Parameter write: writes the file at the path it is given; what it throws leaves nothing behind.
    /// - Throws: `StoreError` of kind `cannotOpen` when there is a file already; nothing is overwritten.
    static func make<Result>(at path: String, _ write: (String) throws -> Result) throws -> Result {
        try refuseExisting(path)
        let draft = path + ".part"
        remove(draft)
        do {
            let result = try write(draft)
            try synchronize(draft)
            try refuseExisting(path)
            guard rename(draft, path) == 0 else {
                throw StoreError(.cannotOpen, "cannot write '\(path)': \(String(cString: strerror(errno)))")
            }
            try synchronize(URL(filePath: path).deletingLastPathComponent().path)
            return result
        } catch {
            remove(draft)
            throw error
        }
    }

    private static func refuseExisting(_ path: String) throws {
        guard access(path, F_OK) == 0 else { return }
        throw StoreError(.cannotOpen, "there is a file '\(path)' already; nothing is overwritten, name another one")
    }

    private static func remove(_ path: String) {
        for suffix in ["", "-wal", "-shm", "-journal"] { unlink(path + suffix) }
    }

    /// Waits until a file, or the names in a folder, are on the disk.
    private static func synchronize(_ path: String) throws {
        let descriptor = Glibc.open(path, O_RDONLY)
        guard descriptor >= 0 else {
            throw StoreError(.cannotOpen, "cannot open '\(path)': \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else {
            throw StoreError(.unavailable, "cannot write '\(path)': \(String(cString: strerror(errno)))")
        }
    }
}
