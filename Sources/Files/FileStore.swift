import NIOCore

/// Where the bytes of files live. Whoever has a key has stored the file whole or not at all.
public protocol FileStore: Sendable {
    /// What is known of a file; nil when there is none.
    /// - Throws: `FileError`, as all of these do.
    func info(of key: FileKey) async throws -> FileInfo?

    /// Stores a small file, in place of one that is there.
    func put(_ bytes: ByteBuffer, at key: FileKey) async throws

    /// Hands out the bytes of a range, piece by piece, each when the one before has been taken.
    /// - Parameters:
    ///   - info: what is known of the file; another version is not read.
    ///   - range: must lie within the file's size.
    func read(
        _ key: FileKey, _ info: FileInfo, _ range: Range<Int64>, _ take: (ByteBuffer) async throws -> Void
    ) async throws

    /// Removes a file; removing what is not there changes nothing.
    func remove(_ key: FileKey) async throws

    /// The keys of all files below a folder, in no order; also those that could not be given, as a bucket may hold
    /// them.
    func keys(below folder: String) async throws -> [FileKey]

    /// What a client must post, and where, to store a file below a folder.
    func uploadForm(_ terms: UploadTerms) -> UploadForm

    /// Removes what came in before a time, in seconds since 1970, and was never finished, as a power cut leaves it.
    func removeUnfinished(before time: Int64) async throws

    /// Looks whether the store can be used.
    func check() async throws

    /// Lets go of connections.
    func close() async
}

/// What is known of a stored file without reading it.
public struct FileInfo: Sendable, Equatable {
    /// In bytes.
    public let size: Int64
    /// Another one for other bytes: an entity tag without its quotes.
    public let version: String
    /// When it was stored, in seconds since 1970.
    public let modified: Int64

    public init(size: Int64, version: String, modified: Int64) {
        self.size = size
        self.version = version
        self.modified = modified
    }
}
