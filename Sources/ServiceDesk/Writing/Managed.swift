import Resources
import Store

extension Writing {
    /// Records that somebody manages who holds a role: whoever creates one, unless somebody else is named. The manager
    /// cannot be cleared.
    func managed(by role: Role) -> Writing {
        with {
            let (defaults, complete, rules) = ($0.defaults, $0.complete, $0.rules)
            let name = role.wireName.replacing("_", with: " ")
            $0.namesOneself = true
            $0.defaults = { draft, change in
                if draft["manager"].isNull { draft["manager"] = (change.viewer?.person).sqlValue }
                try defaults(&draft, change)
            }
            $0.complete = { draft, change in
                if draft["manager"].isNull { draft["manager"] = draft.previous("manager") }
                try complete(&draft, change)
            }
            $0.rules = { draft, change in
                var errors = try rules(draft, change)
                // Of one who cannot be named at all it was said.
                if draft.changes("manager"), let manager = draft["manager"].integer,
                    try manager == change.viewer?.person
                        || Draft.problem(change.db, .person, manager, account: draft.account) == nil,
                    try !PeopleDirectory.roles(change.db, person: manager, number: draft.account).contains(Roles(role))
                {
                    errors.insert(FieldError("manager", "Manager must be a \(name)"), at: 0)
                }
                return errors
            }
        }
    }
}
