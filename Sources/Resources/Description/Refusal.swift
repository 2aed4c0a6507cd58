/// Why a call is not done. Whoever throws one has changed nothing that outlives the transaction.
public enum Refusal: Error, Sendable, Equatable {
    /// The query or the body cannot be understood.
    case malformed(String)
    /// Nobody is known by this token.
    case unauthenticated
    /// What is asked is seen but not allowed; the reason goes to the log.
    case forbidden(String)
    /// There is no such record among what this viewer may see.
    case notFound
    /// The record is not in the state that `If-Match` names.
    case preconditionFailed
    /// The input breaks rules of the resource.
    case invalid([FieldError])

    /// One broken rule.
    public static func invalid(_ field: String, _ text: String) -> Refusal { .invalid([FieldError(field, text)]) }
}

/// A rule that input breaks: the field's name and a sentence about it.
public struct FieldError: Error, Sendable, Equatable {
    public let field: String
    public let text: String

    public init(_ field: String, _ text: String) {
        self.field = field
        self.text = text
    }

    /// `<Label> <problem>`, as in "Subject can't be blank".
    public init(_ field: Field, _ problem: String) {
        self.init(field.name, "\(field.label) \(problem)")
    }
}
