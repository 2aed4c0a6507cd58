import Resources
import Store

extension Draft {
    /// What is wrong with the references a client set: each must name a record of this account or of one it trusts,
    /// and one that is not disabled.
    /// - Parameters:
    ///   - known: a person who may be named wherever they come from: the caller.
    ///   - tellsDisabled: whether the caller may know that a record exists but is disabled.
    func referenceErrors(_ db: Database, known: Int64? = nil, tellsDisabled: Bool = true) throws -> [FieldError] {
        var errors: [FieldError] = []
        for field in schema.fields where field.access == .readWrite {
            guard case .reference(let kind) = field.type, changes(field.name), let id = self[field.name].integer else {
                continue
            }
            if kind == .person, id == known { continue }
            if let problem = try Self.problem(db, kind, id, account: account) {
                errors.append(FieldError(field, tellsDisabled ? problem : "must exist"))
            }
        }
        return errors
    }

    /// Why a record of an account cannot name another, or nil.
    static func problem(_ db: Database, _ kind: RecordKind, _ id: Int64, account: Int64) throws -> String? {
        let disabled = kind.isDisableable ? "disabled" : "0"
        let found = try db.first(
            """
            SELECT \(raw: disabled) FROM \(raw: kind.table) r WHERE r.id = \(id) AND (r.account = \(account)
            OR r.account IN (SELECT trusted FROM trusts WHERE account = \(account)))
            """
        ) { $0.flag(0) }
        guard let isDisabled = found else { return "must exist" }
        return isDisabled ? "is disabled" : nil
    }

    /// Yes-or-no fields that were cleared are no.
    mutating func fillFlags() {
        for field in schema.fields where !field.isNullable && field.column != nil {
            switch field.type {
            case .boolean where self[field.name].isNull: self[field.name] = false.sqlValue
            case .customFields where self[field.name].isNull: self[field.name] = .text("[]")
            case .enumeration where self[field.name].isNull && !field.isRequired:
                self[field.name] = previous(field.name)
            default: break
            }
        }
    }
}
