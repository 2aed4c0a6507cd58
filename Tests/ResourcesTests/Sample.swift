import ServiceDesk

@testable import Resources

enum Colour: Int64, WireEnum {
    case red = 10
    case darkGreen = 20
    case `default` = 30
}

extension RecordKind {
    static let sample = RecordKind(200, "sample", table: "samples", display: "name")
}

extension Schema {
    /// A schema with every type of field. It has no table: what is tested with it never asks an engine.
    static let samples = Schema("samples", kind: .sample, sortedBy: "-id") {
        Field.id
        Field.source
        Field("title", .string(max: 5)).required.filter.sort.inCollection
        Field("nickname", .string(max: 10)).filter.folded("nickname_folded")
        Field("count", .integer(-5...100)).filter.sort
        Field("story", .text)
        Field("motto", .text).required
        Field("open", .boolean).always.filter
        Field("colour", .enumeration(Enumeration(Colour.self))).filter.sort.inCollection
        Field("shade", .enumeration(Enumeration(Colour.self))).always.filter
        Field("due_at", .timestamp).filter.sort
        Field("target_at", .target).filter.sort
        Field("effort", .duration(max: 600)).filter
        Field("price", .decimal).filter
        Field("money", .currency).filter
        Field("zone", .timeZone).filter
        Field("team", .reference(.team)).filter.sort
        Field("custom_fields", .customFields).always
        Field("labels", .stringList)
        Field("meta", .json)
        Field("files", .attachments)
        Field("cis", .absent).filter.sort
        Field("hidden", .text).writeOnly
        Field("made_at", .timestamp).readOnly
        Field("closed", .absent).readOnly
        Predefined("reds", "t.colour = \(Colour.red)")
        Predefined("mine", "t.owner_id = \(.viewer) AND t.account = \(.account) AND t.count > \(3)")
    }
}
