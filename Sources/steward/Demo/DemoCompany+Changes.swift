import Resources
import ServiceDesk
import Store
import Wire

/// What the company changes: workflows, and the releases that bundle them.
extension DemoCompany {
    /// A change under way: its risk is known, and it waits for two people's approval.
    func makeWorkflow(_ directory: Directory, mark: Viewer, approvers: [Int64]) async throws -> Int64 {
        let workflow = try await create(
            .workflows,
            [
                "subject": "New access points in the meeting rooms", "category": "standard",
                "justification": "replacement", "service_id": .integer(directory.network),
                "note": "The old ones do not survive their firmware updates.",
            ], mark, Workflows.create)
        var last: Int64?
        for (subject, category, minutes, impact) in [
            ("Assess the risk", "risk_and_impact", 60, "none"), ("Approve the change", "approval", 480, "none"),
            ("Mount and connect the access points", "implementation", 240, "medium"),
        ] {
            var fields: JSONObject = [
                "subject": .string(subject), "category": .string(category), "impact": .string(impact),
                "planned_duration": .integer(Int64(minutes)), "planned_effort": .integer(Int64(minutes / 2)),
                "team_id": .integer(directory.engineers), "required_approvals": 2,
            ]
            if let last { fields["predecessor_ids"] = [.integer(last)] }
            let task = try await create(.tasks, fields, mark) { try Tasks.create($0, in: workflow, $1, by: $2) }
            if category == "approval" {
                for person in approvers {
                    _ = try await create(
                        .approvals, ["approver_id": .integer(person), "planned_effort": 15], mark
                    ) { try Approvals.add($0, to: task, $1, by: $2) }
                }
            }
            if let first = last, category == "approval" {
                _ = try await create(.tasks, ["status": "completed"], mark) {
                    try Tasks.update($0, id: first, $1, by: $2)
                    return first
                }
            }
            last = task
        }
        return workflow
    }

    /// Releases in each status: halted, under way, not begun, and completed.
    func makeReleases(_ directory: Directory, mark: Viewer, points: Int64) async throws {
        let rates = try await release(
            "Automate exchange rate updates in Expense Reporting", mark,
            note: "Expense reports use the rate of the day of the receipt, instead of one that is typed in on Fridays.")
        let connect = try await change(
            "Connect the rate provider", ["Open the firewall", "Sign the contract"], mark, rates)
        for task in connect { try await set(task, ["status": "completed"], mark) }
        let load = try await change("Load and check the rates", ["Load the rates of the last 90 days"], mark, rates)
        for task in load {
            try await set(task, ["status": "failed", "note": "The provider's certificate has expired."], mark)
        }
        _ = try await change(
            "Switch the reports to daily rates", ["Tell Finance", "Show daily rates in every report"], mark, rates)
        let rooms = try await release("Wireless network in all rooms", mark)
        try await link([points], to: rooms, mark)
        _ = try await release("Move to the new data center", mark)
        let spring = try await release("Spring maintenance", mark)
        for task in try await change("Replace the batteries", ["Swap and test them"], mark, spring) {
            try await set(task, ["status": "completed"], mark)
        }

        func change(_ subject: String, _ tasks: [String], _ viewer: Viewer, _ release: Int64) async throws -> [Int64] {
            let workflow = try await create(
                .workflows,
                [
                    "subject": .string(subject), "category": "standard", "justification": "improvement",
                    "service_id": .integer(directory.network),
                ], viewer, Workflows.create)
            try await link([workflow], to: release, viewer)
            var added: [Int64] = []
            for subject in tasks {
                var fields: JSONObject = [
                    "subject": .string(subject), "category": "implementation", "planned_duration": 480,
                    "team_id": .integer(directory.engineers),
                ]
                if let last = added.last { fields["predecessor_ids"] = [.integer(last)] }
                added.append(
                    try await create(.tasks, fields, viewer) { try Tasks.create($0, in: workflow, $1, by: $2) })
            }
            return added
        }
    }

    private func release(_ subject: String, _ viewer: Viewer, note: String? = nil) async throws -> Int64 {
        var fields: JSONObject = ["subject": .string(subject)]
        if let note { fields["note"] = .string(note) }
        return try await create(.releases, fields, viewer, Releases.create)
    }

    private func link(_ workflows: [Int64], to release: Int64, _ viewer: Viewer) async throws {
        try await desk.store.write { transaction in
            for workflow in workflows {
                try ReleaseWorkflows.writing.link(transaction, release, to: workflow, by: viewer)
            }
        }
    }

    private func set(_ task: Int64, _ fields: JSONObject, _ viewer: Viewer) async throws {
        _ = try await create(.tasks, fields, viewer) {
            try Tasks.update($0, id: task, $1, by: $2)
            return task
        }
    }
}
