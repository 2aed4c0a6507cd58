/// The lists of what is archived and trashed are read off these.
enum ArchiveTables {
    static let indexes = """
        CREATE INDEX archive_entries_by_id ON archive_entries (account, life_cycle, id);
        CREATE INDEX archive_entries_by_created_at ON archive_entries (account, life_cycle, created_at, id);
        """
}
