import Store

/// All steps of the schema, oldest first. Steps are appended, never changed.
public enum Migrations {
    public static let all = [
        Migration(1, "accounts, people, teams, organizations, services, requests, notes, watches") {
            transaction, dialect in
            try FirstTables.create(transaction, dialect)
        },
        Migration(2, "attachments") { transaction, dialect in try AttachmentTables.create(transaction, dialect) },
        Migration(3, "workflows, tasks, approvals, what comes due") { transaction, dialect in
            try WorkflowTables.create(transaction, dialect)
        },
        Migration(4, "keys first, indexes of everyday lists, one-line texts") { transaction, dialect in
            try KeysFirst.apply(transaction, dialect)
            try EverydayIndexes.create(transaction, dialect)
            try TidyTexts.apply(transaction, dialect)
        },
        Migration(5, "requests that wait come due") { transaction, _ in try WaitingRequests.enter(transaction) },
        Migration(6, "summaries that are made anew") { transaction, dialect in
            try SummaryChanges.create(transaction, dialect)
        },
    ]
}
