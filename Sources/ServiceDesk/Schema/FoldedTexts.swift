import Store
import Wire

/// Brings what is stored folded in line with how texts are folded: composed, and by Unicode's rules of case. Logins are
/// compared so as well. People who thereby have one address or login are told from each other by nobody but their
/// operator, so nothing is changed then.
enum FoldedTexts {
    private struct Person {
        let id: Int64
        let name: String
        let email: String
        let foldedEmail: String
        let login: String?
        let support: String?

        /// By bytes, as an engine compares: to Swift, spellings of one letter are equal.
        var isFolded: Bool { foldedEmail.utf8.elementsEqual(email.folded.utf8) }
    }

    /// The most doubles that are named.
    private static let mostNamed = 50

    static func apply(_ transaction: Transaction, _ d: Dialect) throws {
        let people = try transaction.db.all(
            "SELECT id, name, primary_email, email_folded, login, support_id FROM people ORDER BY id"
        ) { row in
            Person(
                id: row.integer(0), name: row.text(1), email: row.text(2), foldedEmail: row.text(3),
                login: row.value(4).text, support: row.value(5).text)
        }
        let doubles =
            doubles(people, "the e-mail address", \.email) + doubles(people, "the login") { $0.login }
        if !doubles.isEmpty { throw refusal(doubles) }
        try transaction.run(script: "ALTER TABLE people ADD COLUMN login_folded \(d.text)")
        try foldEmails(transaction, people.filter { !$0.isFolded })
        for person in people where person.login != nil || person.support != nil {
            try transaction.execute(
                """
                UPDATE people SET login_folded = \((person.login?.folded).sqlValue),
                support_folded = \((person.support?.folded).sqlValue) WHERE id = \(person.id)
                """)
        }
        try transaction.run(script: "CREATE UNIQUE INDEX people_login_folded ON people (login_folded)")
    }

    /// Each is first given what nobody else has, lest it be for a moment what another one still is.
    private static func foldEmails(_ transaction: Transaction, _ people: [Person]) throws {
        for isLast in [false, true] {
            for person in people {
                let text = isLast ? person.email.folded : "\u{1}\(person.id)"
                try transaction.execute("UPDATE people SET email_folded = \(text) WHERE id = \(person.id)")
            }
        }
    }

    /// Sentences about those who have something in common.
    private static func doubles(
        _ people: [Person], _ what: String, _ value: (Person) -> String?
    ) -> [String] {
        var owners: [String: [(person: Person, value: String)]] = [:]
        for person in people {
            if let value = value(person) { owners[value.folded, default: []].append((person, value)) }
        }
        return owners.values.filter { $0.count > 1 }.sorted { $0[0].person.id < $1[0].person.id }.map { owners in
            let names = owners.map { "\($0.person.name) (id \($0.person.id), '\($0.value)')" }
            return "\(names.joined(separator: " and ")) have \(what) in common"
        }
    }

    private static func refusal(_ doubles: [String]) -> StoreError {
        let rest = doubles.count - mostNamed
        let more = rest > 0 ? "; and so have others, \(rest) times more" : ""
        return StoreError(
            .cannotOpen,
            """
            addresses and logins are one whatever their case and spelling, but \
            \(doubles.prefix(mostNamed).joined(separator: "; "))\(more). \
            Nothing was changed: give one of each another by \
            the version that wrote the database, and then migrate
            """)
    }
}
