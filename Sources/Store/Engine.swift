/// What the two engines have in common; the store decides which one it is.
protocol Engine: Sendable {
    /// See `Store.read`.
    func read<Result: Sendable>(
        cost: Store.ReadCost, isolation: Store.Isolation, for caller: Caller?,
        _ body: @escaping @Sendable (Database) throws -> Result
    ) async throws -> Result

    /// See `Store.write`.
    func write<Result: Sendable>(
        bulk: Bool, _ body: @escaping @Sendable (Transaction) throws -> Result
    ) async throws -> Result

    /// What other processes have changed.
    func look() async throws -> Look

    /// Finishes queued writes and closes all connections.
    func close()
}
