import Resources
import ServiceDesk
import Store
import Testing
import Wire

extension TestDesk {
    /// Registers requests that differ in everything a list can sort and filter by, many of it blank or shared, and
    /// answers their ids in ascending order. Times differ by less than a second, so that they too are shared in print.
    func pile(_ count: Int) async throws -> [Int64] {
        let viewer = try await installation.authenticator.viewer(token: tokens[.specialist] ?? "", account: nil)
        var ids: [Int64] = []
        for place in 0..<count {
            var fields: [(String, JSON)] = [
                ("subject", .string("Subject \(place % 4)")),
                ("category", place % 3 == 0 ? "incident" : "other"),
                ("impact", place % 3 == 0 ? (place % 2 == 0 ? "low" : "top") : .null),
            ]
            if place % 4 == 1 { fields.append(("sourceID", .string("S-\(place % 8)"))) }
            if place % 5 < 2 { fields.append(("team_id", .integer(company.serviceDesk))) }
            if place % 5 == 1 { fields.append(("member_id", .integer(id(.analyst)))) }
            if place % 6 == 0 { fields.append(("service_id", .integer(company.laptops))) }
            if place % 7 == 3 { fields.append(("desired_completion_at", .string("2023-0\(place % 3 + 3)-01"))) }
            if place % 4 == 3 { fields += [("status", "completed"), ("completion_reason", "solved")] }
            let body = JSONObject(fields)
            ids.append(
                try await installation.store.write { transaction in
                    try Requests.create(
                        transaction, Input(.requests, body, zone: viewer.perspective.zone), by: viewer)
                })
            clock.advance(milliseconds: 400)
        }
        return ids
    }

    /// Follows a relation of `Link` from a page to the end, and answers the pages' ids as they came.
    func walk(_ who: Who = .specialist, from path: String, _ relation: String) async throws -> [[Int64]] {
        var pages: [[Int64]] = []
        var next: String? = path
        while let path = next, pages.count < 200 {
            let reply = try await get(who, path)
            pages.append(reply.itemIDs)
            next = reply.links[relation]
        }
        return pages
    }
}
