import Testing
import Wire

/// Fields that hang on resources we do not have.
@Suite struct MissingResourceTests {
    private static let references = [
        "service_instance", "problem", "project", "ci", "template", "knowledge_article", "reservation",
        "agile_board", "product_backlog",
    ]

    @Test("they read as null and can be selected", arguments: references + ["summary", "task", "ui_extension"])
    func selectable(field: String) async throws {
        try await TestDesk.run { desk in
            let id = try await desk.request()
            #expect(try await desk.get(.specialist, "/v1/requests/\(id)")[field] == .null)
            let list = try await desk.get(.specialist, "/v1/requests?fields=\(field)")
            #expect(list.items.first?[field] == .null && list.items.first?.keys.count == 2)
        }
    }

    @Test("a value sent for one is refused by name, under either key; null is none", arguments: references)
    func refused(field: String) async throws {
        try await TestDesk.run { desk in
            let path = "/v1/requests/\(try await desk.request())"
            for key in [field, "\(field)_id"] {
                let body = JSON.object(JSONObject([(key, 5)]))
                try await desk.expect(422, .specialist, .patch, path, body, refused: [field])
                try await desk.expect(200, .specialist, .patch, path, .object(JSONObject([(key, .null)])))
            }
        }
    }

    @Test(
        "they can be filtered on and match nothing but blank",
        arguments: [
            "service_instance", "knowledge_article", "template",
        ])
    func filterable(field: String) async throws {
        try await TestDesk.run { desk in
            let id = try await desk.request()
            for (filter, expected) in [
                ("\(field)=5", []), ("\(field)=5,6", []), ("\(field)_id=5", []), ("\(field)=!", []),
                ("\(field)=", [id]), ("\(field)=!5", [id]), ("\(field)!=5", [id]),
            ] {
                #expect(try await desk.get(.specialist, "/v1/requests?\(filter)").itemIDs == expected, "\(filter)")
            }
        }
    }

    @Test("sorting by one changes nothing")
    func sortable() async throws {
        try await TestDesk.run { desk in
            let ids = [try await desk.request(), try await desk.request()]
            #expect(try await desk.get(.specialist, "/v1/requests?sort=service_instance,id").itemIDs == ids)
        }
    }

    @Test("people and services keep to the same", arguments: [("people", "site"), ("services", "survey")])
    func others(resource: String, field: String) async throws {
        try await TestDesk.run { desk in
            let id = resource == "people" ? desk.id(.endUser) : desk.company.laptops
            let path = "/v1/\(resource)/\(id)"
            let body = JSON.object(JSONObject([("\(field)_id", 5)]))
            try await desk.expect(422, .administrator, .patch, path, body, refused: [field])
            #expect(try await desk.get(.administrator, path)[field] == .null)
        }
    }
}
