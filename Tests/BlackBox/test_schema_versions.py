"""Databases of other versions of the schema: who brings them up to date, who refuses them, and who stops."""

import contextlib
import sqlite3
from pathlib import Path

import pytest
import requests

from client import Client
from steward import PATIENCE, run
from test_command_failures import fails
from test_copy import Sqlite, content, files

SCHEMAS = Path(__file__).parents[1] / "Schemas"
NEWER = "INSERT INTO migrations (number, name, applied_at) VALUES (999, 'from the future', 0)"
OLDER = "DELETE FROM migrations WHERE number = (SELECT max(number) FROM migrations)"
REQUEST = {"subject": "The printer is out of paper", "category": "other"}


def make_older(path: Path) -> Path:
    """Makes a database as a server of an older version left it, with a row in every table."""
    with contextlib.closing(sqlite3.connect(path)) as database:
        statements = (SCHEMAS / "schema-3.sql").read_text()
        database.executescript(f"PRAGMA journal_mode = WAL; PRAGMA foreign_keys = OFF; BEGIN; {statements} COMMIT")
    path.chmod(0o600)
    assert Sqlite(path).query("SELECT count(*) FROM due") == ["1"]
    return path


def make_damaged(path: Path) -> None:
    """Makes an index lack its row, which only a look at the whole database shows."""
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.executescript(
            "INSERT INTO due (kind, record_id, at) VALUES (1, 1, 1);"
            " PRAGMA writable_schema = ON;"
            " UPDATE sqlite_schema SET sql = 'CREATE INDEX due_at ON due (record_id)' WHERE name = 'due_at';"
            " UPDATE due SET record_id = 2")


COMMANDS = [
    ["account", "create", "wna", "Widget"], ["account", "trust", "a", "a"], ["person", "role", "--person", "a"],
    ["person", "create", "--account", "a", "--name", "A", "--email", "a@widget.example"], ["person", "disable", "a"],
    ["person", "enable", "a"], ["token", "create", "--person", "a"], ["token", "list"], ["token", "revoke", "1"],
]


class TestAnOlderDatabase:
    @pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command[:2]))
    def test_is_refused_by_commands_and_left_as_it_is(self, database, tmp_path, command):
        make_older(database)
        before = files(tmp_path)
        fails(run(*command, "--database", database), str(database), "older", "steward migrate")
        assert files(tmp_path) == before

    def test_is_not_copied(self, database, tmp_path):
        make_older(database)
        before = files(tmp_path)
        fails(run("copy", "--from", database, "--to", tmp_path / "copy.sqlite"), "older", "steward migrate")
        assert files(tmp_path) == before

    def test_is_brought_up_to_date_by_migrate(self, database, steward):
        make_older(database)
        steward("migrate")
        assert len(steward("token", "list").splitlines()) == 1
        assert Sqlite(database).query("SELECT count(*) FROM due") == ["1"] and Sqlite(database).is_sound()

    def test_is_brought_up_to_date_by_a_server(self, database, steward, serve):
        make_older(database)
        serve()
        assert len(steward("token", "list").splitlines()) == 1

    def test_of_postgres_is_refused_too(self, cluster, postgres_database):
        address, name = postgres_database, postgres_database.rpartition("/")[2]
        assert run("migrate", "--database", address).returncode == 0
        assert run("token", "list", "--database", address).returncode == 0
        cluster.query(OLDER, name)
        before = cluster.query("SELECT * FROM migrations", name)
        fails(run("token", "list", "--database", address), name, "older", "steward migrate")
        assert cluster.query("SELECT * FROM migrations", name) == before


@pytest.mark.parametrize("command", [["token", "list"], ["account", "create", "wna", "Widget"]], ids=" ".join)
def test_commands_make_a_database_where_there_is_none(database, steward, command):
    steward(*command)
    assert Sqlite(database).is_sound()


class TestABackup:
    def test_is_checked_and_said_to_be_sound(self, howard, database, tmp_path):
        done = run("backup", tmp_path / "backup.sqlite", "--database", database)
        assert done.returncode == 0 and "sound" in done.stdout
        assert content(Sqlite(tmp_path / "backup.sqlite")) == content(Sqlite(database))

    def test_of_a_damaged_database_is_not_kept(self, howard, database, tmp_path):
        make_damaged(database)
        before = files(tmp_path)
        fails(run("backup", tmp_path / "backup.sqlite", "--database", database), str(database), "damaged")
        assert files(tmp_path) == before

    @pytest.mark.parametrize("replace", [[], ["--replace"]], ids=["new", "replace"])
    def test_of_an_older_version_is_restored_with_what_is_due(self, database, tmp_path, steward, replace):
        backup = make_older(tmp_path / "backup.sqlite")
        expected = content(Sqlite(backup))
        if replace:
            steward("account", "create", "wna", "Widget")
        steward("restore", backup, *replace)
        assert content(Sqlite(database)) == expected
        steward("migrate")
        assert Sqlite(database).query("SELECT count(*) FROM due") == ["1"] and Sqlite(database).is_sound()

    @pytest.mark.parametrize("replace", [[], ["--replace"]], ids=["new", "replace"])
    def test_that_is_damaged_is_not_restored(self, howard, database, tmp_path, replace):
        backup = tmp_path / "backup.sqlite"
        assert run("backup", backup, "--database", database).returncode == 0
        make_damaged(backup)
        if not replace:
            database.unlink()
        before = files(tmp_path)
        fails(run("restore", backup, "--database", database, *replace), str(backup), "damaged")
        assert files(tmp_path) == before


def query_file(path: Path, sql: str) -> list[str]:
    """What a statement answers on a file that others work on."""
    with contextlib.closing(sqlite3.connect(path, PATIENCE)) as database, database:
        return ["|".join(map(str, row)) for row in database.execute(sql)]


class TestAServerWhoseDatabaseIsTakenOverByANewerOne:
    @pytest.fixture(params=["sqlite", "postgres"])
    def database(self, request, tmp_path):
        if request.param == "postgres":
            return request.getfixturevalue("postgres_database")
        return tmp_path / "steward.sqlite"

    @pytest.fixture
    def query(self, request, database):
        """Runs a statement beside the server, and answers its rows as texts."""
        if isinstance(database, Path):
            return lambda sql: query_file(database, sql)
        return lambda sql: request.getfixturevalue("cluster").query(sql, database.rpartition("/")[2])

    def test_writes_no_more_and_ends(self, howard, server, database, query):
        client = Client(server, howard)
        assert client.post("/requests", REQUEST).status_code == 201
        query(NEWER)
        statuses = set()
        with contextlib.suppress(requests.ConnectionError):
            while server.process.poll() is None:
                answer = client.session.post(f"{client.base}/requests", json=REQUEST, timeout=PATIENCE)
                statuses.add((answer.status_code, "Retry-After" in answer.headers))
        assert server.process.wait(PATIENCE) == 1
        last = server.log.splitlines()[-1]
        assert last.startswith("Error: ") and "newer" in last
        if isinstance(database, Path):
            # The one writer looks before each transaction.
            assert statuses <= {(503, True)}
            assert query("SELECT count(*) FROM requests") == ["1"]
        else:
            # A look would cost each transaction a trip, so servers look once a second.
            assert statuses <= {(201, False), (503, True)}
        fails(run("serve", "--port", 0, "--database", database), "newer", "999")
