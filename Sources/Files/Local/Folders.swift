import Foundation

/// Making and removing folders so that a power cut finds them made or not made.
enum Folders {
    /// Makes a folder and those above it.
    static func make(_ path: String) throws {
        if mkdir(path, 0o700) == 0 { return try sync(FileKey.parent(path)) }
        switch errno {
        case EEXIST: return
        case ENOENT:
            let parent = FileKey.parent(path)
            guard !parent.isEmpty, parent != path else { throw FileError(ENOENT, "making the folder", path) }
            try make(parent)
            if mkdir(path, 0o700) != 0, errno != EEXIST { throw FileError(errno, "making the folder", path) }
            try sync(parent)
        default: throw FileError(errno, "making the folder", path)
        }
    }

    /// Puts a folder's entries on disk.
    static func sync(_ path: String) throws {
        let descriptor = open(path.isEmpty ? "." : path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if descriptor < 0 { throw FileError(errno, "opening the folder", path) }
        defer { close(descriptor) }
        if fsync(descriptor) != 0 { throw FileError(errno, "writing the folder", path) }
    }

    /// Removes the folders above a path that have become empty, up to a root that stays.
    static func removeEmpty(above path: String, below root: String) {
        var folder = FileKey.parent(path)
        while folder.utf8.count > root.utf8.count, rmdir(folder) == 0 {
            folder = FileKey.parent(folder)
        }
    }
}
