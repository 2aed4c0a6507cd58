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
        Migration(5, "who is named anywhere sees, approvers see their workflow, uploads are counted") {
            transaction, dialect in
            try NamedAnywhere.apply(transaction, dialect)
            try AskedApprovers.apply(transaction)
            try UploadTables.create(transaction, dialect)
        },
        Migration(
            6, "addresses and logins in one spelling, notes that are copied, what waits comes due, summaries follow"
        ) {
            transaction, dialect in
            try FoldedTexts.apply(transaction, dialect)
            try NoteCopyFlags.create(transaction, dialect)
            try WaitingRequests.enter(transaction)
            try SummaryChanges.create(transaction, dialect)
        },
        Migration(7, "releases, lists of what is archived and trashed") { transaction, dialect in
            try ReleaseTables.create(transaction, dialect)
            try transaction.run(script: ArchiveTables.indexes)
        },
    ]
}
