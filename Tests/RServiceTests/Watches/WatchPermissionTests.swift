import Testing
import Wire

/// Who may add, change and remove watchers, and what watching lets one see (docs/compatibility.md#requests---watches).
@Suite struct WatchPermissionTests {
    @Test(
        "specialists, analysts and administrators add anybody",
        arguments: [
            Who.specialist, .analyst, .administrator, .directoryAdministrator,
        ])
    func mayAdd(who: Who) async throws {
        try await TestDesk.run { desk in
            let path = "/v1/requests/\(try await desk.request())/watches"
            let watch = try await desk.expect(200, who, .post, path, ["person_id": .integer(desk.id(.otherUser))])
            #expect(watch["added_by"] == desk.reference(who))
        }
    }

    @Test(
        "whoever else sees the request adds nobody but themselves",
        arguments: [
            Who.endUser, .auditor, .manager, .serviceLevelManager,
        ])
    func mayAddOneself(who: Who) async throws {
        try await TestDesk.run { desk in
            let path = "/v1/requests/\(try await desk.request())/watches"
            try await desk.expect(403, who, .post, path, ["person_id": .integer(desk.id(.otherUser))])
            let watch = try await desk.expect(200, who, .post, path, ["person_id": .integer(desk.id(who))])
            #expect(watch["added_by"] == desk.reference(who) && watch["person"] == desk.reference(who))
        }
    }

    @Test("who does not see the request adds nobody, not even themselves")
    func cannotSee() async throws {
        try await TestDesk.run { desk in
            let path = "/v1/requests/\(try await desk.request())/watches"
            for who in [Who.otherUser, .outsider, .foreigner] {
                try await desk.expect(404, who, .post, path, ["person_id": .integer(desk.id(who))])
                try await desk.expect(404, who, .get, path)
                try await desk.expect(404, who, .delete, path)
            }
        }
    }

    @Test("a watcher removes themselves, and so does whoever added them", arguments: [Who.otherUser, .specialist])
    func mayRemoveOwn(who: Who) async throws {
        try await TestDesk.run { desk in
            let path = "/v1/requests/\(try await desk.request())/watches"
            let id = try await desk.create(.specialist, path, ["person_id": .integer(desk.id(.otherUser))])
            try await desk.expect(204, who, .delete, "\(path)/\(id)")
        }
    }

    @Test("analysts and account administrators remove anybody's watch", arguments: [Who.analyst, .administrator])
    func mayRemoveAny(who: Who) async throws {
        try await TestDesk.run { desk in
            let path = "/v1/requests/\(try await desk.request())/watches"
            let id = try await desk.create(.specialist, path, ["person_id": .integer(desk.id(.otherUser))])
            try await desk.expect(204, who, .delete, "\(path)/\(id)")
        }
    }

    @Test(
        "nobody else removes or changes a watch",
        arguments: [
            Who.endUser, .auditor, .manager, .specialist, .directoryAdministrator,
        ])
    func mayNotRemove(who: Who) async throws {
        try await TestDesk.run { desk in
            let path = "/v1/requests/\(try await desk.request())/watches"
            let id = try await desk.create(.analyst, path, ["person_id": .integer(desk.id(.otherUser))])
            try await desk.expect(403, who, .delete, "\(path)/\(id)")
            try await desk.expect(403, who, .patch, "\(path)/\(id)", ["person_id": .integer(desk.id(who))])
        }
    }

    @Test("who may not add others hears that before anything about whom they name")
    func addingOthers() async throws {
        try await TestDesk.run { desk in
            let request = "/v1/requests/\(try await desk.request())"
            let path = "\(request)/watches"
            let own = try await desk.create(.endUser, path, ["person_id": .integer(desk.id(.endUser))])
            for person in [desk.id(.disabled), desk.id(.outsider), 999_999] {
                try await desk.expect(403, .endUser, .post, path, ["person_id": .integer(person)])
                try await desk.expect(403, .endUser, .patch, "\(path)/\(own)", ["person_id": .integer(person)])
            }
            let foreign = try await desk.create(.analyst, path, ["person_id": .integer(desk.id(.auditor))])
            try await desk.expect(403, .endUser, .patch, "\(path)/\(foreign)", ["person_id": "x"])
            try await desk.expect(422, .endUser, .post, path, ["person_id": "x"], refused: ["person"])
        }
    }

    @Test("watchers of an archived request stay as they are until it is restored")
    func archived() async throws {
        try await TestDesk.run { desk in
            let id = try await desk.request()
            let path = "/v1/requests/\(id)"
            let watch = try await desk.create(
                .specialist, "\(path)/watches", ["person_id": .integer(desk.id(.otherUser))])
            try await desk.complete(id)
            try await desk.expect(200, .administrator, .post, "\(path)/archive")
            for target in ["\(path)/watches/\(watch)", "\(path)/watches/"] {
                try await desk.expect(422, .otherUser, .delete, target, refused: ["archived"])
                try await desk.expect(403, .endUser, .delete, target)
            }
            let body: JSON = ["person_id": .integer(desk.id(.analyst))]
            try await desk.expect(
                422, .specialist, .patch, "\(path)/watches/\(watch)", body, refused: ["archived"])
            try await desk.expect(403, .endUser, .post, "\(path)/watches", body)
            try await desk.expect(200, .administrator, .post, "\(path)/restore")
            try await desk.expect(204, .otherUser, .delete, "\(path)/watches/\(watch)")
        }
    }

    @Test("being added grants sight of the request and nothing else, and being removed takes it")
    func sight() async throws {
        try await TestDesk.run { desk in
            let (seen, unseen) = (try await desk.request(), try await desk.request())
            let path = "/v1/requests/\(seen)"
            try await desk.expect(404, .otherUser, .get, path)
            let id = try await desk.create(.specialist, "\(path)/watches", ["person_id": .integer(desk.id(.otherUser))])
            #expect(try await desk.get(.otherUser, path)["id"] == .integer(seen))
            #expect(try await desk.get(.otherUser, "\(path)/watches").itemIDs == [id])
            let list = try await desk.get(.otherUser, "/v1/requests")
            #expect(list.itemIDs == [seen] && list.total == 1)
            try await desk.expect(404, .otherUser, .get, "/v1/requests/\(unseen)")
            try await desk.expect(403, .otherUser, .patch, path, ["subject": "Mine"])
            try await desk.expect(204, .analyst, .delete, "\(path)/watches/\(id)")
            try await desk.expect(404, .otherUser, .get, path)
            #expect(try await desk.get(.otherUser, "/v1/requests").total == 0)
        }
    }

    @Test("a person of a trusted account sees the request they watch, and it alone, in whichever account they work")
    func foreignSight() async throws {
        try await TestDesk.run { desk in
            let (seen, _) = (try await desk.request(), try await desk.request())
            try await desk.create(
                .specialist, "/v1/requests/\(seen)/watches", ["person_id": .integer(desk.id(.foreignUser))])
            let headers = ["X-4me-Account": "wna"]
            #expect(try await desk.get(.foreignUser, "/v1/requests", headers: headers).itemIDs == [seen])
            let watches = try await desk.get(.foreignUser, "/v1/requests/\(seen)/watches", headers: headers)
            #expect(watches.items.first?["person"] == desk.reference(.foreignUser, foreign: true))
            // Of people, one sees oneself.
            let people = try await desk.get(.foreignUser, "/v1/people", headers: headers)
            #expect(people.itemIDs == [desk.id(.foreignUser)] && people.items[0]["account"]?["id"] == "pro-product")
            let home = try await desk.get(.foreignUser, "/v1/requests")
            #expect(home.itemIDs == [seen] && home.items[0]["account"]?["id"] == "wna")
        }
    }

    @Test("changing the watcher moves sight from the one to the other")
    func sightMoves() async throws {
        try await TestDesk.run { desk in
            let path = "/v1/requests/\(try await desk.request())"
            let id = try await desk.create(.specialist, "\(path)/watches", ["person_id": .integer(desk.id(.otherUser))])
            let body: JSON = ["person_id": .integer(desk.id(.foreignUser))]
            try await desk.expect(200, .specialist, .patch, "\(path)/watches/\(id)", body)
            try await desk.expect(404, .otherUser, .get, path)
            _ = try await desk.get(.foreignUser, path, headers: ["X-4me-Account": "wna"])
        }
    }

    @Test("a requester keeps sight after unwatching")
    func requesterKeepsSight() async throws {
        try await TestDesk.run { desk in
            let path = "/v1/requests/\(try await desk.request())"
            let id = try await desk.create(.endUser, "\(path)/watches", ["person_id": .integer(desk.id(.endUser))])
            try await desk.expect(204, .endUser, .delete, "\(path)/watches/\(id)")
            _ = try await desk.get(.endUser, path)
        }
    }
}
