import HTTPTypes
import Resources
import ServiceDesk
import Web

/// The reference pages under `docs/reference`, one a resource, derived from the routes and the schemas.
package struct ReferencePage {
    /// The file's name.
    package let name: String
    /// The page, in Markdown.
    package let text: String

    /// All pages, the index first.
    package static var all: [ReferencePage] {
        let pages = Schema.all.map { ReferencePage(name: "\($0.name).md", text: page($0)) }
        let index = Schema.all.map { "- [\(title($0))](\($0.name).md)" }.joined(separator: "\n")
        let heading = "# Reference\n\nMade from the descriptions in the code by `make docs`.\n\n"
        return [ReferencePage(name: "README.md", text: heading + index + "\n")] + pages
    }

    private static func title(_ schema: Schema) -> String {
        let words = schema.name.split(separator: "_").joined(separator: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }

    private static func page(_ schema: Schema) -> String {
        var text = "# \(title(schema))\n\nMade from the description in the code by `make docs`.\n\n"
        text += "## Calls\n\n| call | answers | what it does |\n|---|---|---|\n"
        for route in Routes.all where concerns(route, schema) {
            let path = "/" + route.path.replacing(":list", with: ":predefined_filter").replacing(":rest", with: ":key")
            text +=
                "| `\(route.method.rawValue) \(path)` | \(route.endpoint.status.code) | \(route.endpoint.summary) |\n"
        }
        if !schema.predefined.isEmpty {
            let names = schema.predefined.map { "`\($0.name)`" }.joined(separator: ", ")
            text += "\nPredefined filters: \(names).\n"
        }
        let further = schema.filters.filter { schema.field($0.name) == nil }
        if !further.isEmpty {
            let meanings = further.map {
                "`\($0.name)` (\($0.about.prefix(1).lowercased() + $0.about.dropFirst().dropLast()))"
            }
            text += "\nLists also filter by \(meanings.joined(separator: ", ")).\n"
        }
        text += "\n## Fields\n\nIn input, a reference `x` is `x_id`. "
        text += "*List*: in collections by default; *filter*, *sort*: what lists take.\n\n"
        text += "| field | type | | in lists | meaning |\n|---|---|---|---|---|\n"
        for field in schema.fields { text += row(field) }
        return text
    }

    private static func concerns(_ route: Route, _ schema: Schema) -> Bool {
        let parts = route.path.split(separator: "/").filter { !$0.hasPrefix(":") && $0 != "v1" }
        switch schema.scope {
        case .account: return parts.first == schema.name[...]
        case .owned, .part:
            return
                switch schema.kind
            {
            case .auditLine: parts.contains("audit")
            case .attachment: ["attachments", "note_attachments", "storage"].contains { parts.contains($0[...]) }
            default: parts.contains(schema.name[...])
            }
        }
    }

    private static func row(_ field: Field) -> String {
        let access =
            switch field.access {
            case .readOnly: "read-only"
            case .writeOnly: "write-only"
            case .readWrite: field.isRequired ? "required" : "optional"
            }
        var lists: [String] = []
        if field.isInCollection { lists.append("list") }
        if field.isFilterable { lists.append("filter") }
        if field.isSortable { lists.append("sort") }
        var meaning = field.about
        if case .absent = field.type {
            meaning = "Hangs on a resource this server does not keep: null, and refuses a value."
        }
        return "| `\(field.name)` | \(type(field.type)) | \(access) | \(lists.joined(separator: ", ")) | \(meaning) |\n"
    }

    private static func type(_ type: FieldType) -> String {
        switch type {
        case .id, .integer: "integer"
        case .string(let max): "string (max \(max))"
        case .url(let max): "http or https address (max \(max))"
        case .text: "text (max 64 KB)"
        case .boolean: "boolean"
        case .enumeration(let enumeration): enumeration.names.map { "`\($0)`" }.joined(separator: " ")
        case .timestamp: "datetime"
        case .target: "datetime, or " + Target.words.map { "`\($0.name)`" }.joined(separator: " ")
        case .duration: "duration (minutes, or `hhh:mm`)"
        case .decimal: "decimal"
        case .currency: "currency"
        case .timeZone: "time zone"
        case .reference(let kind): "reference to \(kind.name)"
        case .account: "reference to account"
        case .customFields: "custom fields"
        case .stringList: "array of strings"
        case .json: "hash"
        case .attachments: "attachments"
        case .file: "file"
        case .references(let kind): "ids of \(kind.name)s"
        case .fileAddress: "address"
        case .nothing: "empty array"
        case .absent: "–"
        }
    }
}
