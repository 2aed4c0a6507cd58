/// What a layer above keeps beside a connection. It is used by one thread at a time, as the connection is, so it needs
/// no lock.
public protocol ConnectionCache: AnyObject {
    /// Forgets what an invalidation names.
    func drop(_ invalidation: Invalidation)
}
