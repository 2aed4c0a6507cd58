import Testing
import Wire

extension TestDesk {
    /// Creates a release, and answers its path.
    func release(_ more: [(String, JSON)] = [], at location: SourceLocation = #_sourceLocation) async throws -> String {
        let fields: [(String, JSON)] = [("subject", "Automate exchange rate updates")]
        let id = try await create(.releaseManager, "/v1/releases", .object(JSONObject(fields + more)), at: location)
        return "/v1/releases/\(id)"
    }

    /// Creates a workflow with one task in a release, and answers the workflow's path and the task.
    func bundled(
        _ release: String, at location: SourceLocation = #_sourceLocation
    ) async throws -> (path: String, task: Int64) {
        let path = try await workflow(at: location)
        let task = try await task(path, at: location)
        try await expect(200, .releaseManager, .post, "\(release)\(path.dropFirst(3))", at: location)
        return (path, task)
    }

    /// Some fields of a release, in order.
    func standing(_ release: String) async throws -> [JSON?] {
        let record = try await get(.specialist, release)
        return ["status", "impact", "completion_reason"].map { record[$0] }
    }
}

extension String {
    /// The number at the end of a path.
    var number: Int64 { split(separator: "/").last.flatMap { Int64($0) } ?? 0 }
}
