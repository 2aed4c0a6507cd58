import ArgumentParser

@main
struct Steward: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "steward",
        abstract: "A self-hosted service-management server: requests, watches, workflows, tasks and approvals.",
        discussion: """
            Steward keeps everything in one SQLite file, or in PostgreSQL with any number of servers beside each other,
            and speaks the R-Service (4me, Xurrent) REST API under /v1.

            A first start:
              steward account create wna "Widget North America"
              steward person create --account wna --name "Howard Tanner" \\
                --email howard@example.com --role account_administrator --role specialist
              steward token create --person howard@example.com
              steward serve

            Every option is also an environment variable: --database is STEWARD_DATABASE, and so on.
            """,
        subcommands: [
            Serve.self, Migrate.self, AccountCommand.self, PersonCommand.self, TokenCommand.self, CopyCommand.self,
            BackupCommand.self, RestoreCommand.self,
        ])
}
