"""A SQLite database is backed up while servers work on it, and put back whole when none does."""

import contextlib
import os
import shutil
import subprocess
import threading
from pathlib import Path

import pytest

from client import Client
from load import Writer, at_work
from steward import PATIENCE, binary, run, surroundings, until
from test_command_failures import fails
from test_copy import Sqlite, check_one_state, content, files, leave_a_log, make_foreign, make_large, make_newer

THREADS = 4
PAGE = 4096
SECRET = "postgres://steward:correct-horse@db.invalid/steward"


def backup(file, database):
    return run("backup", file, "--database", database)


def restore(file, database, *arguments):
    return run("restore", file, "--database", database, *arguments)


def succeeds(done):
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 1


@pytest.fixture
def howard(howard, database):
    # Nothing is left in the log, so that files can be compared.
    Sqlite(database).query("SELECT count(*) FROM people")
    assert not Path(f"{database}-wal").exists()
    return howard


@pytest.fixture
def file(tmp_path):
    """Where a backup can go to."""
    return tmp_path / "backup.sqlite"


@pytest.fixture
def backed_up(howard, database, file):
    """A backup of a database, which has gone on since."""
    succeeds(backup(file, database))
    Sqlite(database).execute("UPDATE people SET job_title = 'since the backup'")
    return file


def test_a_database_that_nobody_has_open_is_one_file(tmp_path):
    """So that it can be copied as any file. The log is taken in when the last process ends, not by chance."""
    for number in range(30):
        folder = tmp_path / str(number)
        folder.mkdir()
        succeeds(run("account", "create", "wna", "Widget", "--database", folder / "steward.sqlite"))
        assert set(files(folder)) == {"steward.sqlite"}


class TestBackups:
    @pytest.fixture
    def people(self, howard, steward):
        return [
            int(steward("person", "create", "--account", "wna", "--name", f"P{i}", "--email", f"p{i}@widget.example"))
            for i in range(3)]

    def test_under_load_are_whole_and_of_one_moment(self, howard, people, serve, database, tmp_path):
        # A backup of this takes long enough for writes to fall into it.
        make_large(database, "note", length=500)
        server = serve("--rate-limit", "off", "--log-level", "info")
        writers = [Writer(server, howard, f"Thread {i}", people) for i in range(THREADS)]
        meanwhile = 0
        with at_work(writers):
            until(lambda: all(len(writer.requests) > 5 for writer in writers), "all write")
            for number in range(4):
                file = tmp_path / f"backup-{number}.sqlite"
                answered = [(dict(writer.requests), dict(writer.notes), dict(writer.watches)) for writer in writers]
                before = written(writers)
                succeeds(backup(file, database))
                meanwhile += written(writers) - before
                check_backup(Sqlite(file), answered)
        assert meanwhile > 0, "writes went on"
        client = Client(server, howard)
        assert client.post("/requests", {"subject": "Afterwards", "category": "other"}).status_code == 201
        server.stop()
        assert Sqlite(database).is_sound()

    def test_are_one_file_with_all_that_is_in_the_log(self, howard, server, database, file):
        request = Client(server, howard).post("/requests", {"subject": "In the log", "category": "other"}).json()["id"]
        assert Path(f"{database}-wal").stat().st_size > 0
        succeeds(backup(file, database))
        assert [path.name for path in file.parent.glob("backup*")] == [file.name]
        assert Sqlite(file).query(f"SELECT subject FROM requests WHERE id = {request}") == ["In the log"]
        assert content(Sqlite(file)) == content(Sqlite(database))

    def test_leave_the_database_as_it_is(self, howard, database, file):
        before = database.read_bytes()
        succeeds(backup(file, database))
        assert database.read_bytes() == before
        assert set(files(file.parent)) == {database.name, file.name}

    def test_can_be_made_over_what_a_killed_one_left(self, howard, database, file):
        Path(f"{file}.part").write_bytes(b"half")
        Path(f"{file}.part-journal").write_bytes(b"half")
        succeeds(backup(file, database))
        assert set(files(file.parent)) == {database.name, file.name}
        assert Sqlite(file).is_sound()

    def test_can_be_made_of_a_backup(self, backed_up, tmp_path):
        second = tmp_path / "second.sqlite"
        succeeds(backup(second, backed_up))
        assert content(Sqlite(second)) == content(Sqlite(backed_up))


def written(writers):
    return sum(len(writer.requests) + len(writer.notes) + len(writer.watches) for writer in writers)


def check_backup(database, answered):
    check_one_state(database, [requests for requests, _, _ in answered])
    notes = {row["id"]: row["text"] for row in database.rows("notes")}
    watches = {row["id"]: row["person_id"] for row in database.rows("watches")}
    for _, made_notes, made_watches in answered:
        assert {note: text for note, (_, text) in made_notes.items()}.items() <= notes.items()
        assert {watch: person for watch, (_, person) in made_watches.items()}.items() <= watches.items()


class TestRefusedBackups:
    """One line says why, and nothing is changed or left behind."""

    @pytest.mark.parametrize("there", ["database", "text", "folder"])
    def test_over_something_that_is_there(self, there, howard, database, file, tmp_path):
        if there == "folder":
            file.mkdir()
        elif there == "text":
            file.write_text("Dear diary")
        else:
            shutil.copy(database, file)
        before = files(tmp_path)
        fails(backup(file, database), str(file), "already")
        assert files(tmp_path) == before

    def test_over_the_database_itself(self, howard, database, tmp_path):
        before = files(tmp_path)
        for name in [database, f"{tmp_path}/./{database.name}"]:
            fails(backup(name, database), database.name)
            assert files(tmp_path) == before

    @pytest.mark.parametrize("folder", ["/proc", "missing"])
    def test_into_a_folder_that_cannot_be_written_to(self, folder, howard, database, tmp_path):
        before = files(tmp_path)
        file = tmp_path / folder / "backup.sqlite"
        fails(backup(file, database), str(file), "folder")
        assert files(tmp_path) == before

    def test_of_a_database_that_is_missing(self, database, file, tmp_path):
        fails(backup(file, database), str(database))
        assert files(tmp_path) == {}

    @pytest.mark.parametrize("make", [
        lambda path: path.write_bytes(b"Dear diary, today I wrote no database.\n" * 50),
        lambda path: path.write_bytes(b""), lambda path: path.mkdir(), make_foreign,
    ], ids=["text", "empty", "folder", "another program"])
    def test_of_what_is_no_database_of_steward(self, make, database, file, tmp_path):
        make(database)
        before = files(tmp_path)
        fails(backup(file, database), str(database))
        assert files(tmp_path) == before

    def test_of_a_newer_schema(self, howard, database, file, tmp_path):
        make_newer(database)
        before = files(tmp_path)
        fails(backup(file, database), "newer", "999")
        assert files(tmp_path) == before

    def test_of_a_postgres_database(self, file, tmp_path):
        done = backup(file, SECRET)
        fails(done, "pg_dump")
        assert "correct-horse" not in done.stderr
        assert files(tmp_path) == {}


class TestRestoring:
    def test_makes_a_new_database(self, backed_up, tmp_path):
        path = tmp_path / "new.sqlite"
        before = backed_up.read_bytes()
        succeeds(restore(backed_up, path))
        assert content(Sqlite(path)) == content(Sqlite(backed_up))
        assert Sqlite(path).is_sound()
        assert backed_up.read_bytes() == before

    def test_gives_up_a_database_when_told_to(self, backed_up, database, tmp_path):
        before = files(tmp_path)
        fails(restore(backed_up, database), str(database), "--replace")
        assert files(tmp_path) == before
        succeeds(restore(backed_up, database, "--replace"))
        assert content(Sqlite(database)) == content(Sqlite(backed_up))
        assert Sqlite(database).is_sound()
        assert backed_up.read_bytes() == before[backed_up.name]

    def test_puts_back_what_a_server_answered(self, howard, steward, serve, database, file):
        server = serve("--rate-limit", "off")
        client = Client(server, howard)
        kept = client.post("/requests", {"subject": "Kept", "category": "other"}).json()
        page = client.get("/requests").content
        succeeds(backup(file, database))
        lost = client.post("/requests", {"subject": "Lost", "category": "other"}).json()["id"]
        assert client.patch(f"/requests/{kept['id']}", {"subject": "Changed"}).status_code == 200
        later = steward("token", "create", "--person", "howard@widget.example")
        server.stop()
        succeeds(restore(file, database, "--replace"))
        server = serve("--rate-limit", "off")
        client = Client(server, howard)
        assert client.get(f"/requests/{kept['id']}").json() == kept
        assert client.get("/requests").content == page
        assert client.get(f"/requests/{lost}").status_code == 404
        assert Client(server, later).get("/me").status_code == 401
        assert client.post("/requests", {"subject": "Goes on", "category": "other"}).status_code == 201

    def test_is_refused_while_a_server_works_on_the_database(self, backed_up, howard, serve, database):
        server = serve("--rate-limit", "off")
        client = Client(server, howard)
        request = client.post("/requests", {"subject": "Before", "category": "other"}).json()["id"]
        before = content(Sqlite(database))
        for _ in range(3):
            fails(restore(backed_up, database, "--replace"), str(database), "stop")
            assert content(Sqlite(database)) == before
        assert client.get(f"/requests/{request}").json()["subject"] == "Before"
        assert client.post("/requests", {"subject": "After", "category": "other"}).status_code == 201
        server.stop()
        succeeds(restore(backed_up, database, "--replace"))
        assert content(Sqlite(database)) == content(Sqlite(backed_up))

    def test_is_refused_while_a_server_writes(self, backed_up, howard, serve, database):
        server = serve("--rate-limit", "off", "--log-level", "info")
        writers = [Writer(server, howard, f"Thread {i}", [1]) for i in range(THREADS)]
        with at_work(writers):
            until(lambda: all(writer.requests for writer in writers), "all write")
            for _ in range(5):
                fails(restore(backed_up, database, "--replace"), str(database), "stop")
        answered = [dict(writer.requests) for writer in writers]
        server.stop()
        check_one_state(Sqlite(database), answered)

    def test_takes_the_log_of_a_killed_server_away(self, backed_up, howard, serve, database):
        server = serve("--rate-limit", "off")
        Client(server, howard).post("/requests", {"subject": "In the log", "category": "other"})
        server.kill()
        assert Path(f"{database}-wal").stat().st_size > 0
        succeeds(restore(backed_up, database, "--replace"))
        assert content(Sqlite(database)) == content(Sqlite(backed_up))

    def test_is_not_changed_by_the_log_of_a_database_that_is_gone(self, backed_up, database):
        leave_a_log(backed_up, database)
        database.unlink()
        done = restore(backed_up, database)
        if done.returncode == 0:
            assert Sqlite(database).query("PRAGMA integrity_check") == ["ok"]
            assert content(Sqlite(database)) == content(Sqlite(backed_up))
        else:
            fails(done, "-wal")
            assert not database.exists()

    @pytest.mark.parametrize("how", ["truncated", "pages", "schema", "empty"])
    def test_mends_a_damaged_database(self, how, backed_up, database):
        damage(database, how)
        succeeds(restore(backed_up, database, "--replace"))
        assert content(Sqlite(database)) == content(Sqlite(backed_up))
        assert Sqlite(database).is_sound()


def damage(path, how):
    """Spoils a file that still begins like a database."""
    size = path.stat().st_size
    with open(path, "r+b") as file:
        if how == "empty":
            file.truncate(0)
        elif how == "truncated":
            file.truncate(size // PAGE // 2 * PAGE)
        elif how == "schema":
            file.seek(100)
            file.write(b"\xa5" * 2000)
        else:
            for page in range(5, size // PAGE, 7):
                file.seek(page * PAGE)
                file.write(b"\xa5" * 200)


class TestRefusedRestores:
    """One line says why, and nothing is changed or left behind."""

    @pytest.fixture(params=["new", "replace"])
    def refused(self, request, howard, database, tmp_path):
        """Fails to restore a file, into a new place or over a database."""

        def check(file, *mentions):
            place = database if request.param == "replace" else tmp_path / "new.sqlite"
            before = files(tmp_path)
            fails(restore(file, place, "--replace"), *mentions)
            assert files(tmp_path) == before

        return check

    @pytest.mark.parametrize("how", ["truncated", "pages", "schema"])
    def test_of_a_damaged_backup(self, how, backed_up, refused):
        damage(backed_up, how)
        refused(backed_up, str(backed_up), "damaged")

    def test_of_a_backup_with_damage_that_takes_several_lines_to_tell(self, howard, database, file, refused):
        make_large(database, "note", 2000)
        succeeds(backup(file, database))
        with open(file, "r+b") as spoiled:
            # The notes alone, which lie behind everything else: a schema that cannot be read is told in one line.
            pages = file.stat().st_size // PAGE
            for page in range(pages // 2, pages, 7):
                spoiled.seek(page * PAGE + PAGE // 8)
                spoiled.write(b"\xa5" * 200)
        complaint = Sqlite(file).query("PRAGMA integrity_check(1)")
        assert "\n" in complaint[0], complaint
        refused(file, str(file), "damaged")

    @pytest.mark.parametrize("text", [b"", b"x", b"Dear diary, today I wrote no database.\n" * 500],
                             ids=["empty", "short", "long"])
    def test_of_a_file_that_is_no_database(self, text, file, refused):
        file.write_bytes(text)
        refused(file, str(file), "not a database")

    def test_of_a_folder(self, file, refused):
        file.mkdir()
        refused(file, str(file))

    def test_of_a_backup_that_is_missing(self, file, refused):
        refused(file, str(file))

    def test_of_a_database_of_another_program(self, file, refused):
        make_foreign(file)
        refused(file, str(file), "not a database of Steward")

    def test_of_a_newer_schema(self, backed_up, refused):
        make_newer(backed_up)
        refused(backed_up, "newer", "999")

    @pytest.mark.parametrize("folder", ["/proc", "missing"])
    def test_into_a_folder_that_cannot_be_written_to(self, folder, backed_up, tmp_path):
        before = files(tmp_path)
        path = tmp_path / folder / "new.sqlite"
        fails(restore(backed_up, path), str(path), "folder")
        assert files(tmp_path) == before

    def test_over_a_file_that_is_no_database(self, backed_up, tmp_path):
        diary = tmp_path / "diary"
        diary.write_bytes(b"Dear diary, today I wrote no database.\n" * 50)
        before = files(tmp_path)
        fails(restore(backed_up, diary, "--replace"), str(diary), "not a database")
        assert files(tmp_path) == before

    def test_over_the_backup_itself(self, backed_up, tmp_path):
        before = files(tmp_path)
        fails(restore(backed_up, backed_up, "--replace"))
        assert files(tmp_path) == before

    def test_into_a_postgres_database(self, backed_up):
        done = restore(backed_up, SECRET, "--replace")
        fails(done, "pg_restore")
        assert "correct-horse" not in done.stderr


class TestKilledRestores:
    @pytest.fixture
    def large(self, howard, database, tmp_path):
        """A database, another one to restore, and what each has in it."""
        other = tmp_path / "backup.sqlite"
        shutil.copy(database, other)
        make_large(database, "old", 60_000, 500)
        make_large(other, "new", 70_000, 500)
        return database, other

    @staticmethod
    def state(path):
        """The first words of the notes, and how many there are."""
        assert Sqlite(path).is_sound()
        return Sqlite(path).query("SELECT substr(text, 1, 3), count(*) FROM notes GROUP BY 1")

    def kill(self, moment, *arguments):
        """Kills a command at a moment of its work, and answers whether it was still at it."""
        command = subprocess.Popen(
            [binary(), *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, env=surroundings())
        deadline = threading.Timer(PATIENCE, command.kill)
        deadline.start()
        try:
            while command.poll() is None and not moment():
                pass
            command.kill()
            complaint = command.communicate()[1]
        finally:
            deadline.cancel()
        assert command.returncode in (0, -9), complaint
        return command.returncode == -9

    @pytest.mark.parametrize("mode", ["WAL", "DELETE"])
    def test_leave_the_old_or_the_new_database(self, mode, large, tmp_path):
        database, other = large
        old, new = self.state(database), self.state(other)
        assert old == ["old|60000"] and new == ["new|70000"]
        assert Sqlite(database).query(f"PRAGMA journal_mode = {mode}") == [mode.lower()]
        kept = tmp_path / "kept"
        shutil.copy(database, kept)
        size = other.stat().st_size

        def beside(least):
            """Whether what lies beside the database has grown to a part of the backup."""
            return lambda: any(
                file_size(f"{database}{suffix}") > least * size for suffix in ["-wal", "-journal", ".part"])

        def is_being_changed(since):
            return lambda: os.stat(database).st_mtime_ns != since

        in_the_middle = 0
        for least in [0, 0.2, 0.6, None]:
            for suffix in ["-wal", "-shm", "-journal"]:
                Path(f"{database}{suffix}").unlink(missing_ok=True)
            shutil.copy(kept, database)
            moment = is_being_changed(os.stat(database).st_mtime_ns) if least is None else beside(least)
            in_the_middle += self.kill(moment, "restore", other, "--replace", "--database", database)
            assert self.state(database) in (old, new)
        assert in_the_middle > 0, "one was killed before it ended"
        succeeds(restore(other, database, "--replace"))
        assert self.state(database) == new

    def test_leave_no_new_database_that_is_not_whole(self, large, tmp_path):
        _, other = large
        path = tmp_path / "new.sqlite"
        assert self.kill(lambda: file_size(f"{path}.part") > 0, "restore", other, "--database", path)
        assert not path.exists()
        succeeds(restore(other, path))
        assert self.state(path) == self.state(other)
        assert not list(tmp_path.glob("*.part*"))

    def test_leave_no_backup_that_is_not_whole(self, large, tmp_path):
        database, _ = large
        file = tmp_path / "killed.sqlite"
        assert self.kill(lambda: file_size(f"{file}.part") > 0, "backup", file, "--database", database)
        assert not file.exists()
        succeeds(backup(file, database))
        assert self.state(file) == self.state(database)
        assert not list(tmp_path.glob("*.part*"))


def file_size(path):
    with contextlib.suppress(FileNotFoundError):
        return os.stat(path).st_size
    return 0
