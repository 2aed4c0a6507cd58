import Resources
import Store
import Wire

/// Why a workflow is as it is: which tasks make its status, impact, target and reason what they are, and which answers
/// of approvers made these tasks what they are.
struct WorkflowExplanation {
    private let reader: ExplanationReader
    private let graph: WorkflowGraph
    private let approvals: [Int64: [WorkflowMachine.Approval]]
    private let end: WorkflowEnd
    private let impact: WorkflowImpact
    private let target: Timestamp?
    private let now: Timestamp

    /// Reads a workflow that whoever asks was found to see.
    init?(_ reader: ExplanationReader, _ id: Int64, at now: Timestamp) throws {
        let row = try reader.db.first(
            """
            SELECT status, completion_reason, impact, completion_target_at, start_at FROM workflows WHERE id = \(id)
            """
        ) { row in
            (
                WorkflowEnd(
                    status: WorkflowStatus(rawValue: row.integer(0)) ?? .registered,
                    reason: WorkflowCompletionReason(rawValue: row.integer(1))),
                impact: WorkflowImpact(rawValue: row.integer(2)) ?? .none, target: row.optionalTimestamp(3),
                startAt: row.optionalTimestamp(4)
            )
        }
        guard let row else { return nil }
        (end, impact, target) = (row.0, row.impact, row.target)
        graph = try WorkflowGraph.load(reader.db, workflow: id, startAt: row.startAt)
        approvals = try WorkflowMachine.State.approvals(reader.db, id, graph)
        (self.reader, self.now) = (reader, now)
    }

    var status: Explanation {
        get throws {
            let decided = WorkflowRules.status(graph, completedBecause: end.reasonByHand(graph))
            return Explanation(
                value: end.status.json, sentence: decided.sentence,
                records: try reader.records(.tasks, decided.by, because: task))
        }
    }

    var worstImpact: Explanation {
        get throws {
            let decided = WorkflowRules.impact(graph)
            return Explanation(
                value: impact.json, sentence: decided.sentence,
                records: try reader.records(.tasks, decided.by) { _ in nil })
        }
    }

    var completionTarget: Explanation {
        get throws {
            let decided = WorkflowRules.target(graph, at: now)
            let sentence =
                end.status == .completed && target != nil
                ? "It keeps the target that it had when it was completed." : decided.sentence
            return Explanation(
                value: reader.time(target), sentence: sentence,
                records: try reader.records(.tasks, target == nil ? [] : decided.by) { _ in nil })
        }
    }

    var completionReason: Explanation {
        let decided = end.status == .completed ? WorkflowEnd.reason(byHand: end.reasonByHand(graph)) : nil
        return Explanation(
            value: end.reason?.json ?? .null, sentence: decided?.sentence ?? "The workflow is not completed.")
    }

    var json: JSON {
        get throws {
            [
                "status": try status.json, "impact": try worstImpact.json,
                "completion_target_at": try completionTarget.json, "completion_reason": completionReason.json,
            ]
        }
    }

    /// Why a task has the status it has, where answers of approvers say so.
    private func task(_ id: Int64) throws -> Explanation? {
        guard let index = graph.index(of: id), let asked = approvals[id] else { return nil }
        let task = graph.tasks[index]
        let answers = asked.map { ApprovalRules.Answer(id: $0.id, status: $0.status) }
        guard let decided = ApprovalRules.reason(task.status, answers, required: task.requiredApprovals) else {
            return nil
        }
        let named = try reader.db.all(
            """
            SELECT a.id, a.status, p.id, p.name, o.number, o.id, o.name FROM approvals a
            JOIN people p ON p.id = a.approver_id JOIN accounts o ON o.number = p.account WHERE a.id IN (\(list: Padding.toPowerOfTwo(Array(decided.by.prefix(Explanation.maximumRecords)))))
            ORDER BY a.id
            """
        ) { row in
            var approver: JSONObject = ["id": .integer(row.integer(2)), "name": .string(row.text(3))]
            approver["account"] = reader.foreignAccount(row, 4)
            return Explanation.Record(
                kind: .approval,
                shown: [
                    "id": .integer(row.integer(0)),
                    "status": ApprovalStatus(rawValue: row.integer(1))?.json ?? .null, "approver": .object(approver),
                ])
        }
        return Explanation(value: task.status.json, sentence: decided.sentence, records: named)
    }
}
