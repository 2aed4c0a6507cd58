import Resources
import Store
import Wire

/// When registered tasks are to be assigned: one pass over each of their workflows.
enum TaskForecasts {
    /// The times of some tasks, ready to be printed.
    static let print: @Sendable (Database, [Int64], Perspective) throws -> [Int64: [UInt8]] = { db, ids, perspective in
        let workflows = try db.all(
            """
            SELECT DISTINCT w.id, w.start_at FROM tasks t JOIN workflows w ON w.id = t.workflow_id
            WHERE t.id IN (\(list: ids))
            """
        ) { (id: $0.integer(0), startAt: $0.optionalTimestamp(1)) }
        let wanted = Set(ids)
        var printed: [Int64: [UInt8]] = [:]
        for workflow in workflows {
            let graph = try WorkflowGraph.load(db, workflow: workflow.id, startAt: workflow.startAt)
            // Not before what is known, and not moving with the clock: else a record would be another every second.
            let forecasts = WorkflowRules.forecasts(graph, at: .min)
            for (task, forecast) in zip(graph.tasks, forecasts) where wanted.contains(task.id) {
                guard let time = forecast.assignment, time > .min else { continue }
                var buffer = JSONBuffer(capacity: 32)
                buffer.append(timestamp: time, in: perspective.zone)
                printed[task.id] = buffer.bytes
            }
        }
        return printed
    }
}
