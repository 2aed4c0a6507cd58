import HTTPTypes
import Resources
import ServiceDesk
import Web
import Wire

/// The OpenAPI 3.1 document, derived from the routes and the schemas they name.
enum OpenAPIDocument {
    /// The document as JSON; it never changes while the program runs.
    static let bytes: [UInt8] = document.bytes

    private static let described = Routes.all.filter { $0.path.hasPrefix("v1") }

    private static var document: JSON {
        var paths = JSONObject()
        for route in described {
            let path = Self.path(route)
            var item: JSONObject = if case .object(let item)? = paths[path] { item } else { [:] }
            item[route.method.rawValue.lowercased()] = operation(route)
            paths[path] = .object(item)
        }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "Steward",
                "version": "1.0.0",
                "description": """
                Requests, who watches them, and workflows with tasks and approvals, over the R-Service (4me, Xurrent) \
                REST API.
                """,
                "license": ["name": "Apache-2.0"],
            ],
            "security": [["token": []]],
            "paths": .object(paths),
            "components": [
                "securitySchemes": ["token": ["type": "http", "scheme": "bearer"]],
                "schemas": .object(components(described)),
            ],
        ]
    }

    private static func path(_ route: Route) -> String {
        var number = 0
        let parts = route.path.split(separator: "/").map { part -> String in
            guard part.hasPrefix(":") else { return String(part) }
            if part == ":list" { return "{list}" }
            number += 1
            return number == 1 ? "{id}" : "{entry_id}"
        }
        return "/" + parts.joined(separator: "/")
    }

    // MARK: Operations

    private static func operation(_ route: Route) -> JSON {
        let endpoint = route.endpoint
        var operation: JSONObject = [
            "operationId": .string(operationID(route)), "summary": .string(endpoint.summary),
            "parameters": .array(parameters(route)),
        ]
        if let input = endpoint.input {
            operation["requestBody"] = [
                "content": content(inputSchema(input, requiresFields: route.method == .post))
            ]
        }
        if endpoint.takesStream {
            operation["requestBody"] = ["content": ["multipart/form-data": ["schema": JSONSchema.upload]]]
        }
        if case .anyone = endpoint.access { operation["security"] = [] }
        if case .optional = endpoint.access { operation["security"] = [[:], ["token": []]] }
        operation["responses"] = .object(responses(route))
        return .object(operation)
    }

    /// The name by which links and clients know a call.
    static func operationID(_ route: Route) -> String {
        let words = route.path.split(separator: "/").dropFirst().map { part -> String in
            part == ":id" ? "one" : part == ":list" ? "predefined" : String(part).replacing(".", with: "_")
        }
        return ([route.method.rawValue.lowercased()] + words).joined(separator: "_")
    }

    private static func parameters(_ route: Route) -> [JSON] {
        var parameters: [JSON] = []
        let path = self.path(route)
        let count: JSON = ["type": "integer", "minimum": 1]
        for name in ["id", "entry_id"] where path.contains("{\(name)}") {
            parameters.append(parameter(name, in: "path", count))
        }
        guard case .collection(let schema) = route.endpoint.response else { return parameters }
        if path.contains("{list}") {
            parameters.append(
                parameter("list", in: "path", JSONSchema.strings(schema.predefined.map(\.name), nullable: false)))
        }
        let text = JSONSchema.type("string")
        parameters += [
            parameter("page", in: "query", count), parameter("per_page", in: "query", count),
            parameter("fields", in: "query", text), parameter("sort", in: "query", text),
            parameter("search_after", in: "query", text), parameter("search_before", in: "query", text),
        ]
        parameters += schema.filters.map { parameter($0.name, in: "query", text) }
        return parameters
    }

    private static func parameter(_ name: String, in place: String, _ schema: JSON) -> JSON {
        ["name": .string(name), "in": .string(place), "required": .bool(place == "path"), "schema": schema]
    }

    private static func responses(_ route: Route) -> JSONObject {
        let endpoint = route.endpoint
        var responses = JSONObject()
        let success: JSON? =
            switch endpoint.response {
            case .record(let schema): record(schema, of: endpoint)
            case .collection(let schema): JSONSchema.array(of: JSONSchema.reference(component(schema) + "Entry"))
            case .other(let schema): schema
            case .nothing: nil
            }
        let links = OpenAPILinks.from(route, among: described)
        responses[String(endpoint.status.code)] = response(endpoint.status, success, links)
        for status in endpoint.furtherStatuses { responses[String(status.code)] = response(status, nil) }
        if route.method == .get { responses["304"] = response(.notModified, nil) }
        for status in failures(route) {
            responses[String(status.code)] = response(status, JSONSchema.reference("Error"))
        }
        for status in endpoint.xmlStatuses {
            let code = String(status.code)
            guard case .object(var response)? = responses[code] else { continue }
            var contents = JSONObject()
            if case .object(let members)? = response["content"] { contents = members }
            contents["application/xml"] = ["schema": ["type": "string"]]
            response["content"] = .object(contents)
            responses[code] = .object(response)
        }
        return responses
    }

    /// A record; of what is written, its id alone where the token may not read it.
    private static func record(_ schema: Schema, of endpoint: Endpoint) -> JSON {
        let record = JSONSchema.reference(component(schema))
        guard case .scope(let action, _) = endpoint.access, action != .read else { return record }
        return JSONSchema.object([("anyOf", .array([record, JSONSchema.reference("IdAlone")]))])
    }

    private static func failures(_ route: Route) -> [HTTPResponse.Status] {
        var failures: [HTTPResponse.Status] = [
            .badRequest, .notFound, .notAcceptable, .tooManyRequests, .internalServerError, .serviceUnavailable,
        ]
        switch route.endpoint.access {
        case .anyone: break
        default: failures += [.unauthorized, .forbidden]
        }
        if route.method != .get {
            failures += [
                .methodNotAllowed, .conflict, .preconditionFailed, .contentTooLarge, .unprocessableContent,
            ]
        }
        if route.endpoint.takesStream { failures.append(.noRoom) }
        return failures + route.endpoint.furtherFailures
    }

    private static func response(
        _ status: HTTPResponse.Status, _ schema: JSON?, _ links: JSONObject = JSONObject()
    ) -> JSON {
        var response: JSONObject = ["description": .string(status.reasonPhrase)]
        if let schema { response["content"] = content(schema) }
        if !links.isEmpty { response["links"] = .object(links) }
        return .object(response)
    }

    private static func content(_ schema: JSON) -> JSON { ["application/json": ["schema": schema]] }

    // MARK: Components

    private static func component(_ schema: Schema) -> String {
        schema.noun.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    private static func components(_ routes: [Route]) -> JSONObject {
        var components: JSONObject = [
            "Error": JSONSchema.error, "Reference": JSONSchema.recordReference,
            "AccountReference": JSONSchema.accountReference, "FileOnRecord": JSONSchema.attachment,
            "IdAlone": JSONSchema.idAlone, "Explanation": JSONSchema.explanation,
        ]
        for route in routes {
            switch route.endpoint.response {
            case .record(let schema), .collection(let schema):
                let properties = outputProperties(schema)
                let readable = schema.fields.filter { $0.access != .writeOnly && !$0.isLeftOut }.map(\.name)
                components[component(schema)] = JSONSchema.closed(properties, required: readable)
                components[component(schema) + "Entry"] = JSONSchema.closed(properties, required: ["id"])
            case .other, .nothing: break
            }
        }
        return components
    }

    private static func outputProperties(_ schema: Schema) -> JSONObject {
        var properties = JSONObject(
            schema.fields.filter { $0.access != .writeOnly }.map { field in
                (field.name, described(JSONSchema.output(field), field))
            })
        properties["account"] = JSONSchema.reference("AccountReference")
        if schema.hasLifeCycle {
            for mark in ["archived", "trashed"] { properties[mark] = JSONSchema.strings(["true"], nullable: false) }
        }
        return properties
    }

    private static func inputSchema(_ schema: Schema, requiresFields: Bool) -> JSON {
        let writable = schema.fields.filter { $0.access != .readOnly }
        let properties = JSONObject(writable.map { ($0.inputKey, described(JSONSchema.input($0), $0)) })
        var members: JSONObject = ["type": "object", "properties": .object(properties)]
        let required = writable.filter(\.isRequired).map { JSON.string($0.inputKey) }
        if requiresFields, !required.isEmpty { members["required"] = .array(required) }
        return .object(members)
    }

    private static func described(_ schema: JSON, _ field: Field) -> JSON {
        guard !field.about.isEmpty, case .object(var object) = schema else { return schema }
        object["description"] = .string(field.about)
        return .object(object)
    }
}
