/// What the two engines have in common; the store decides which one it is.
protocol Engine: Sendable {
    /// See `Store.read`.
    func read<Result: Sendable>(
        cost: Store.ReadCost, isolation: Store.Isolation, _ body: @escaping @Sendable (Database) throws -> Result
    ) async throws -> Result

    /// See `Store.write`.
    func write<Result: Sendable>(
        bulk: Bool, _ body: @escaping @Sendable (Transaction) throws -> Result
    ) async throws -> Result

    /// How many changes there have been that processes must hear of.
    func currentEpoch() async throws -> Epoch

    /// Finishes queued writes and closes all connections.
    func close()
}
