import Resources

extension Schema {
    /// What a requester sends with a rating (docs/protocol/requests.md#ratings). It is input only.
    public static let ratings = Schema("ratings", kind: .request, sortedBy: "-id") {
        Field("note", .text).writeOnly.about("What was wrong; required when dissatisfied.")
        Field("note_attachments", .attachments).writeOnly
        Field("reopen", .boolean).writeOnly.about("Whether the request is to be worked on again.")
    }
}
