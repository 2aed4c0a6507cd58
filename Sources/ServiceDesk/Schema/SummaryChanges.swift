import Store

/// What is kept of summaries, so that they are made anew when what they say has changed: how often something of a
/// workflow changed again before they were looked at, and what the one that there is says.
enum SummaryChanges {
    static func create(_ transaction: Transaction, _ d: Dialect) throws {
        try transaction.run(
            script: """
                ALTER TABLE jobs ADD COLUMN repeats \(d.integer) NOT NULL DEFAULT 0;
                ALTER TABLE approvals ADD COLUMN summary_digest \(d.text);
                """)
    }
}
