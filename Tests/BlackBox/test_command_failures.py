"""What an operator is told when something cannot be done: one line, and an exit code that scripts can read."""

import socket
import sqlite3

import pytest

from steward import run


def fails(done, *mentions):
    """Checks that a command failed with one line on standard error that says why."""
    assert done.returncode == 1, (done.returncode, done.stderr)
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("Error: ")
    for mention in mentions:
        assert mention in lines[0]


def is_wrong_usage(done, *mentions):
    assert done.returncode == 64, (done.returncode, done.stderr)
    assert done.stdout == ""
    for mention in mentions:
        assert mention in done.stderr.splitlines()[0]
    assert "Usage:" in done.stderr


def test_a_port_in_use_is_refused(database):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        done = run("serve", "--port", port, "--log-level", "critical", "--database", database)
    fails(done, str(port), "in use", "--port")


@pytest.mark.parametrize("host", ["nowhere.invalid", "192.0.2.1"])
def test_an_address_that_is_not_this_machine_is_refused(host, database):
    done = run("serve", "--host", host, "--port", 0, "--log-level", "critical", "--database", database)
    fails(done, host, "--host")


@pytest.mark.parametrize("command", [["serve", "--port", "0"], ["migrate"], ["token", "list"]], ids=" ".join)
class TestDatabasesThatCannotBeOpened:
    def test_a_missing_folder(self, command, tmp_path):
        path = tmp_path / "missing" / "steward.sqlite"
        fails(run(*command, "--database", path), str(path), "folder")

    def test_a_folder_that_cannot_be_written_to(self, command):
        # Nobody may create files here, not even an administrator.
        fails(run(*command, "--database", "/proc/steward.sqlite"), "/proc/steward.sqlite", "written")

    def test_a_folder_in_place_of_a_file(self, command, tmp_path):
        fails(run(*command, "--database", tmp_path), str(tmp_path))

    @pytest.mark.parametrize("content", [b"Dear diary, today I wrote no database.\n" * 50, b"x"], ids=["long", "short"])
    def test_a_file_that_is_no_database(self, command, content, tmp_path):
        path = tmp_path / "diary.txt"
        path.write_bytes(content)
        done = run(*command, "--database", path)
        fails(done, str(path), "not a database")
        assert "PRAGMA" not in done.stderr
        assert path.read_bytes() == content

    def test_a_database_of_another_program(self, command, tmp_path):
        path = tmp_path / "other.sqlite"
        other = sqlite3.connect(path)
        other.execute("CREATE TABLE people (name TEXT)")
        other.commit()
        other.close()
        fails(run(*command, "--database", path), str(path))
        other = sqlite3.connect(path)
        assert other.execute("SELECT name FROM sqlite_schema").fetchall() == [("people",)], "nothing was added to it"
        other.close()

    def test_a_newer_database(self, command, database):
        assert run("migrate", "--database", database).returncode == 0
        newer = sqlite3.connect(database)
        newer.execute("INSERT INTO migrations (number, name, applied_at) VALUES (999, 'from the future', 0)")
        newer.commit()
        newer.close()
        fails(run(*command, "--database", database), "newer", "999")

    def test_an_address_of_another_kind_of_database_server(self, command):
        done = run(*command, "--database", "mysql://steward:secret@localhost/steward")
        fails(done, "mysql://", "SQLite", "PostgreSQL")
        assert "secret" not in done.stderr

    @pytest.mark.parametrize("name", ["", ":memory:"])
    def test_no_file_at_all(self, command, name):
        fails(run(*command, "--database", name), "database", "path")


@pytest.mark.parametrize(
    ("arguments", "mention"),
    [
        (["account", "create", "wna", "Another"], "taken"),
        (["account", "create", "Not Plain", "Another"], "lower-case"),
        (["account", "create", "", "Another"], "lower-case"),
        (["account", "create", "new", ""], "Name"),
        (["account", "create", "new", "Two\nlines"], "line breaks"),
        (["account", "create", "new", "New", "--time-zone", "Mars/Olympus"], "Mars/Olympus"),
        (["account", "create", "new", "New", "--time-zone", "Australia/Lord_Howe"], "'Melbourne'"),
        (["account", "trust", "wna", "nope"], "nope"),
        (["account", "trust", "nope", "wna"], "nope"),
        (["account", "trust", "wna", "wna"], "itself"),
        (["person", "create", "--account", "nope", "--name", "A", "--email", "a@widget.example"], "nope"),
        (["person", "create", "--account", "wna", "--name", "A", "--email", "HOWARD@widget.example"], "taken"),
        (["person", "create", "--account", "wna", "--name", "A", "--email", "a@b", "--login", "Howard"], "Login"),
        (["person", "create", "--account", "wna", "--name", "A", "--email", "nothing"], "email"),
        (["person", "create", "--account", "wna", "--name", " ", "--email", "a@widget.example"], "Name"),
        (["person", "create", "--account", "wna", "--name", "A\tB", "--email", "a@widget.example"], "line breaks"),
        (["token", "create", "--person", "howard@widget.example", "--name", "Two\r\nlines"], "line breaks"),
        (
            ["person", "create", "--account", "wna", "--name", "A", "--email", "a@widget.example", "--login", ""],
            "Login",
        ),
        (
            ["person", "create", "--account", "wna", "--name", "A", "--email", "a@b", "--time-zone", "Mars/Olympus"],
            "Time zone",
        ),
        (["person", "role", "--person", "nobody@widget.example"], "nobody@widget.example"),
        (["person", "role", "--person", "howard@widget.example", "--account", "nope"], "nope"),
        (["person", "disable", "nobody@widget.example"], "nobody@widget.example"),
        (["person", "enable", "nobody@widget.example"], "nobody@widget.example"),
        (["token", "create", "--person", "nobody@widget.example"], "nobody@widget.example"),
        (["token", "list", "--person", "nobody@widget.example"], "nobody@widget.example"),
        (["token", "revoke", "4711"], "4711"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_does_not_fit_the_database_is_refused_and_changes_nothing(arguments, mention, howard, database):
    before = dump(database)
    fails(run(*arguments, "--database", database), mention)
    assert dump(database) == before


def test_a_token_cannot_be_revoked_twice(howard, database):
    assert run("token", "revoke", 1, "--database", database).returncode == 0
    fails(run("token", "revoke", 1, "--database", database), "1")


@pytest.mark.parametrize("text", ["", "\n", "short\n", "x" * 257 + "\n"], ids=["none", "empty", "short", "long"])
def test_a_password_of_a_wrong_length_is_refused(text, howard, database):
    before = dump(database)
    done = run(
        "person", "create", "--account", "wna", "--name", "A", "--email", "a@widget.example", "--password-stdin",
        "--database", database, text=text)
    fails(done, "8", "256")
    assert text.strip() == "" or text.strip() not in done.stderr
    assert dump(database) == before


def test_the_demo_refuses_a_database_that_holds_something_else(howard, database):
    before = dump(database)
    fails(run("serve", "--demo", "--port", 0, "--database", database), "--demo")
    assert dump(database) == before


def test_a_demo_that_cannot_start_leaves_the_tokens_of_a_running_one_alone(start_demo):
    demo = start_demo()
    done = run(
        "serve", "--demo", "--port", demo.server.port, "--log-level", "critical",
        "--database", demo.folder / "demo.sqlite")
    assert done.returncode == 1
    assert "in use" in done.stderr
    assert demo.client("Howard Tanner").get("/me").status_code == 200


@pytest.mark.parametrize(
    ("arguments", "mention"),
    [
        (["nonsense"], "nonsense"),
        (["serve", "--nonsense"], "--nonsense"),
        (["serve", "extra"], "extra"),
        (["serve", "--port", "99999"], "65535"),
        (["serve", "--port", "-1"], "--port"),
        (["serve", "--port", "many"], "many"),
        (["serve", "--rate-limit", "nonsense"], "nonsense"),
        (["serve", "--rate-limit", "0/h,20/2s"], "0/h,20/2s"),
        (["serve", "--rate-limit", "3600/h"], "3600/h"),
        (["serve", "--log-level", "loud"], "loud"),
        (["serve", "--public-url", "desk.widget.example"], "--public-url"),
        (["account", "create", "wna"], "<name>"),
        (["person", "create", "--account", "wna", "--name", "A"], "--email"),
        (["person", "create", "--account", "wna", "--name", "A", "--email", "a@b", "--role", "king"], "king"),
        (["person", "role", "--person", "a@b", "--grant", "king"], "king"),
        (["person", "role", "--person", "a@b", "--revoke", "king"], "king"),
        (["token", "create", "--person", "a@b", "--scope", "nonsense"], "nonsense"),
        (["token", "create", "--person", "a@b", "--scope", "request:X"], "request:X"),
        (["token", "create", "--person", "a@b", "--expires", "0"], "36500"),
        (["token", "create", "--person", "a@b", "--expires", "soon"], "soon"),
        (["token", "revoke", "first"], "first"),
        (["token", "revoke"], "<id>"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_wrong_usage_is_told_from_failure(arguments, mention, tmp_path, database):
    is_wrong_usage(run(*arguments, STEWARD_DATABASE=str(database)), mention)
    assert not database.exists(), "nothing is created for a command that is not understood"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORT", "many"), ("PORT", "99999"), ("RATE_LIMIT", "nonsense"), ("LOG_LEVEL", "loud"),
        ("PUBLIC_URL", "desk.widget.example"),
    ],
)
def test_a_wrong_environment_variable_is_wrong_usage(variable, value, database):
    is_wrong_usage(run("serve", "--database", database, **{f"STEWARD_{variable}": value}))
    assert not database.exists()


def dump(database):
    """All that the database holds."""
    connection = sqlite3.connect(database)
    try:
        return list(connection.iterdump())
    finally:
        connection.close()
