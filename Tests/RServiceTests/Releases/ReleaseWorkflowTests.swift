import ServiceDesk
import Store
import Testing
import Wire

/// Which workflows a release bundles, and what follows for it from them.
@Suite struct ReleaseWorkflowTests {
    @Test("a release follows three workflows: halted, opened again, moved, and the last unlinked")
    func story() async throws {
        try await TestDesk.run { desk in
            let release = try await desk.release()
            #expect(try await desk.standing(release) == ["registered", "none", .null])
            let (first, one) = try await desk.bundled(release)
            let (second, two) = try await desk.bundled(release)
            let (third, three) = try await desk.bundled(release)
            #expect(try await desk.standing(release) == ["in_progress", "none", .null])
            try await desk.expect(200, .workflowManager, .patch, "/v1/tasks/\(two)", ["impact": "high"])
            try await desk.set(one, "completed")
            #expect(try await desk.standing(release) == ["in_progress", "high", .null])
            try await desk.set(two, "failed")
            #expect(try await desk.standing(release) == ["progress_halted", "high", .null])
            #expect(try await Self.listed(desk, "status=progress_halted&impact=high") == [release.number])
            #expect(try await desk.get(.specialist, "/v1/releases/open").total == 1)
            try await desk.set(two, "assigned")
            #expect(try await desk.standing(release) == ["in_progress", "high", .null])
            try await desk.expect(
                200, .workflowManager, .patch, second, ["status": "completed", "completion_reason": "partial"])
            desk.clock.advance(seconds: 60)
            try await desk.set(three, "completed")
            let done = try await desk.get(.specialist, release)
            #expect(done["status"] == "completed" && done["completion_reason"] == "partial")
            #expect(done["completed_at"] == "2023-02-01T05:15:45-06:00" && done["updated_at"] == done["completed_at"])
            #expect(try await desk.get(.specialist, "/v1/releases/completed").total == 1)
            #expect(
                try await Self.listed(desk, "completed_at=2023-02-01T05:15:45-06:00&sort=-completed_at")
                    == [release.number])
            // Opened again.
            try await desk.set(three, "assigned")
            let open = try await desk.get(.specialist, release)
            #expect(open["status"] == "in_progress" && open["completed_at"] == .null)
            #expect(open["completion_reason"] == .null)
            // Moved to another.
            let other = try await desk.release()
            try await desk.expect(200, .releaseManager, .post, "\(other)\(third.dropFirst(3))")
            #expect(try await desk.standing(release) == ["completed", "none", "partial"])
            #expect(try await desk.standing(other) == ["in_progress", "none", .null])
            #expect(try await desk.get(.specialist, third)["release"]?["id"] == .integer(other.number))
            try await desk.expect(404, .releaseManager, .delete, "\(release)\(third.dropFirst(3))")
            // Unlinked, one and all.
            try await desk.expect(204, .releaseManager, .delete, "\(other)\(third.dropFirst(3))")
            #expect(try await desk.standing(other) == ["registered", "none", .null])
            try await desk.expect(204, .releaseManager, .delete, "\(release)/workflows")
            #expect(try await desk.standing(release) == ["registered", "none", .null])
            for path in [first, second, third] { #expect(try await desk.get(.specialist, path)["release"] == .null) }
            let links = try await desk.audit(release).compactMap { $0["changes"]?["workflows"] }
            #expect(links.count == 6)
            #expect(links.first == [.null, ["id": .integer(first.number), "subject": "Replace the switch"]])
        }
    }

    private static func listed(_ desk: TestDesk, _ query: String) async throws -> [Int64] {
        try await desk.get(.specialist, "/v1/releases?\(query)").items.compactMap { $0["id"]?.integer }
    }

    @Test("the target is the latest of the workflows, and releases are found and sorted by it")
    func target() async throws {
        try await TestDesk.run { desk in
            let release = try await desk.release()
            let (path, _) = try await desk.bundled(release)
            let (late, _) = try await desk.bundled(release)
            _ = try await desk.task(late, with: [("planned_duration", 600)])
            let target = try await desk.get(.specialist, late)["completion_target_at"]
            let record = try await desk.get(.specialist, release)
            #expect(target != .null && record["completion_target_at"] == target)
            #expect(try await desk.get(.specialist, path)["completion_target_at"] != target)
            let empty = try await desk.release()
            #expect(
                try await Self.listed(desk, "sort=-completion_target_at&completion_target_at=!") == [release.number])
            #expect(try await Self.listed(desk, "completion_target_at=") == [empty.number])
        }
    }

    @Test("linked workflows are listed with the filters of workflows")
    func lists() async throws {
        try await TestDesk.run { desk in
            let release = try await desk.release()
            let (first, one) = try await desk.bundled(release)
            let (second, _) = try await desk.bundled(release)
            _ = try await desk.workflow()
            try await desk.set(one, "completed")
            func ids(_ path: String) async throws -> [Int64] {
                try await desk.get(.specialist, "\(release)/workflows\(path)").items.compactMap { $0["id"]?.integer }
            }
            #expect(try await ids("") == [second.number, first.number])
            #expect(try await ids("/completed") == [first.number])
            #expect(try await ids("/open") == [second.number])
            #expect(try await ids("?status=completed&fields=id,release") == [first.number])
            #expect(
                try await desk.get(.specialist, "/v1/workflows?release=\(release.number)").total == 2)
            try await desk.expect(404, .specialist, .get, "\(release)/workflows/unknown")
            try await desk.expect(404, .endUser, .get, "\(release)/workflows")
        }
    }

    @Test("a link is the release's, by whichever call it is made or ended")
    func rights() async throws {
        try await TestDesk.run { desk in
            let release = try await desk.release()
            let path = try await desk.workflow()
            let link = "\(release)\(path.dropFirst(3))"
            for who in [Who.workflowManager, .administrator, .specialist] {
                try await desk.expect(403, who, .post, link)
                try await desk.expect(403, who, .delete, "\(release)/workflows")
            }
            try await desk.expect(
                403, .workflowManager, .patch, path, ["release_id": .integer(release.number)])
            // Who may change the workflow, and the link too.
            try await desk.grant(.workflowManager, Roles(.workflowManager, .releaseManager))
            let linked = try await desk.expect(
                200, .workflowManager, .patch, path, ["release_id": .integer(release.number)])
            #expect(linked["release"]?["id"] == .integer(release.number))
            #expect(linked["release"]?["subject"] == "Automate exchange rate updates")
            let narrow = try await desk.token(.workflowManager, scopes: "workflow:RCU release:R")
            try await desk.expect(
                403, nil, .patch, path, ["release_id": .null], headers: ["Authorization": "Bearer \(narrow)"])
            try await desk.expect(
                422, .workflowManager, .patch, path, ["release_id": 999], refused: ["release"])
            let created = try await desk.workflow([("release_id", .integer(release.number))])
            #expect(try await desk.get(.specialist, "\(release)/workflows").total == 2)
            try await desk.expect(200, .workflowManager, .patch, created, ["release_id": .null])
            #expect(try await desk.get(.specialist, "\(release)/workflows").total == 1)
            try await desk.expect(404, .releaseManager, .post, "\(release)/workflows/999")
            // Twice is once.
            let count = try await desk.audit(release).count
            try await desk.expect(200, .releaseManager, .post, link)
            #expect(try await desk.audit(release).count == count)
        }
    }

    @Test("what is archived or trashed counts for its release as it should")
    func moved() async throws {
        try await TestDesk.run { desk in
            let release = try await desk.release()
            let (path, task) = try await desk.bundled(release)
            try await desk.set(task, "completed")
            try await desk.expect(200, .administrator, .post, "\(path)/archive")
            #expect(try await desk.standing(release) == ["completed", "none", "complete"])
            try await desk.expect(
                422, .releaseManager, .delete, "\(release)\(path.dropFirst(3))", refused: ["workflow"])
            try await desk.expect(200, .administrator, .post, "\(path)/trash")
            #expect(try await desk.standing(release) == ["registered", "none", .null])
            try await desk.expect(200, .administrator, .post, "\(path)/restore")
            #expect(try await desk.standing(release) == ["completed", "none", "complete"])
            // An archived release stays as it is, keeps its workflows, and follows them again when it comes back.
            try await desk.expect(200, .administrator, .post, "\(release)/archive")
            try await desk.set(task, "assigned")
            #expect(try await desk.get(.administrator, release)["status"] == "completed")
            let other = try await desk.release()
            try await desk.expect(
                422, .releaseManager, .post, "\(other)\(path.dropFirst(3))", refused: ["release"])
            try await desk.expect(422, .releaseManager, .delete, "\(release)/workflows", refused: ["archived"])
            try await desk.expect(200, .administrator, .post, "\(release)/restore")
            #expect(try await desk.standing(release) == ["in_progress", "none", .null])
        }
    }

    @Test("a link moves the time of the release and its tag, also where nothing else follows")
    func linkIsAChange() async throws {
        try await TestDesk.run { desk in
            let release = try await desk.release()
            let path = try await desk.workflow()
            var tags: [String?] = [try await desk.get(.specialist, release).header("ETag")]
            for verb in [Verb.post, .delete] {
                desk.clock.advance(seconds: 1)
                try await desk.call(.releaseManager, verb, "\(release)\(path.dropFirst(3))")
                let record = try await desk.get(.specialist, release)
                #expect(record["updated_at"] != record["created_at"])
                let line = try await desk.get(.specialist, "\(release)/audit?per_page=1").items.first
                #expect(line?["created_at"] == record["updated_at"])
                tags.append(record.header("ETag"))
            }
            #expect(Set(tags).count == 3)
        }
    }

    @Test("a workflow in the trash is none of its release's, and the release tells when it goes and comes back")
    func trashed() async throws {
        try await TestDesk.run { desk in
            let release = try await desk.release()
            let (path, task) = try await desk.bundled(release)
            try await desk.set(task, "completed")
            let reference: JSON = ["id": .integer(path.number), "subject": "Replace the switch"]
            for (verb, told) in [
                ("archive", nil), ("trash", [reference, .null]), ("restore", [.null, reference]),
            ] as [(String, JSON?)] {
                desk.clock.advance(seconds: 1)
                let count = try await desk.audit(release).count
                try await desk.expect(200, .administrator, .post, "\(path)/\(verb)")
                let lines = try await desk.audit(release)
                #expect(lines.count == count + (told == nil ? 0 : 1))
                if let told { #expect(lines.last?["changes"]?["workflows"] == told) }
                if verb != "trash" { continue }
                try await desk.expect(404, .releaseManager, .delete, "\(release)\(path.dropFirst(3))")
                try await desk.expect(204, .releaseManager, .delete, "\(release)/workflows")
            }
            #expect(try await desk.get(.specialist, path)["release"]?["id"] == .integer(release.number))
        }
    }

    @Test("whoever does not see the account is not told of the release of a workflow they see")
    func discretion() async throws {
        try await TestDesk.run { desk in
            let release = try await desk.release()
            let (path, _) = try await desk.bundled(release)
            let approval = try await desk.task(path, "approval")
            try await desk.ask(approval, .endUser)
            let seen = try await desk.get(.endUser, path)
            #expect(seen["release"] == .null)
            let history = try await desk.get(.endUser, "\(path)/audit").json.compact
            #expect(!history.contains("release") && !history.contains("exchange rate"))
            for filter in ["release=\(release.number)", "release=!", "release="] {
                #expect(try await desk.get(.endUser, "/v1/workflows?\(filter)").items.isEmpty)
            }
            #expect(try await desk.get(.specialist, path)["release"]?["id"] == .integer(release.number))
        }
    }

    @Test("who manages a release sees its workflows and their tasks, without a role too")
    func sight() async throws {
        try await TestDesk.run { desk in
            try await desk.grant(.endUser, Roles(.releaseManager))
            let release = try await desk.release()
            let (path, task) = try await desk.bundled(release)
            try await desk.expect(
                200, .releaseManager, .patch, release, ["manager_id": .integer(desk.id(.endUser))])
            try await desk.grant(.endUser, [])
            for seen in [release, path, "/v1/tasks/\(task)", "\(path)/tasks", "\(release)/workflows"] {
                _ = try await desk.get(.endUser, seen)
            }
            #expect(try await desk.get(.endUser, "/v1/workflows").total == 1)
            #expect(try await desk.get(.endUser, "\(release)/workflows").total == 1)
            try await desk.expect(204, .releaseManager, .delete, "\(release)/workflows")
            try await desk.expect(404, .endUser, .get, path)
            try await desk.expect(200, .releaseManager, .post, "\(release)\(path.dropFirst(3))")
            _ = try await desk.get(.endUser, path)
            try await desk.expect(
                200, .releaseManager, .patch, release, ["manager_id": .integer(desk.id(.releaseManager))])
            for gone in [release, path, "/v1/tasks/\(task)"] {
                try await desk.expect(404, .endUser, .get, gone)
            }
        }
    }
}
