"""A whole database moves from one place to another, on whatever engine each is: all of it, unchanged, or nothing."""

import contextlib
import itertools
import json
import os
import pty
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from client import Client
from conftest import Demo
from load import AUDITED, COUNTS, ROWS, TALLIES, Writer, at_work
from steward import PATIENCE, Server, binary, run, surroundings, until
from test_command_failures import fails

PUBLIC = "http://desk.example"
PEOPLE = ["Howard Tanner", "Tom Waters", "Frank Watson"]
ODD_TEXTS = [
    "a\ttab", "a\nbreak", "a\r\nbreak of two", "\\N", "\\.",
    "a\n\\.\nb", "\\\\N \\t \\x41 \\", "'one' \"two\" $$ $1 %s ?",
    "👩🏽‍💻 ﬀ ß İ", "e\u0301 is not \u00e9", "\u2028 \u0085 \u200b \ufeff", "\U0010ffff \x01 \x7f", "NULL", " spaces ",
    "a,b;c|d", "\\000 \\u0041", "{\"json\": [null, \"\\\"\"]}", "Z", "a", "Ä", "z" * 30_000,
]
# Made anew in every database.
BOOKKEEPING = {"migrations", "epochs"}
# So many that a copy can be caught in the middle.
MANY = 60_000
NAMES = itertools.count(1)
BROKEN_NOTE = (
    "INSERT INTO notes (owner_kind, owner_id, person_id, text, internal, medium, created_at)"
    " VALUES (1, 1, 4711, 'by nobody', 0, 0, 0)")


def copy(source, target):
    return run("copy", "--from", source, "--to", target)


def copied(source, target):
    """Makes a copy that must succeed, and answers what was printed."""
    done = copy(source, target)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


class Sqlite:
    """A SQLite file, read without Steward."""

    def __init__(self, path):
        self.path = Path(path)
        self.address = str(path)

    def connect(self):
        # Whoever may only read leaves a log beside the file.
        return contextlib.closing(sqlite3.connect(f"file:{self.path}?mode=rw", uri=True))

    def query(self, sql):
        with self.connect() as connection:
            return ["|".join(map(str, row)) for row in connection.execute(sql)]

    def tables(self):
        return self.query("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1")

    def rows(self, table):
        with self.connect() as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]

    def execute(self, sql):
        with contextlib.closing(sqlite3.connect(self.path)) as connection:
            connection.execute(sql)
            connection.commit()

    def is_sound(self):
        return self.query("PRAGMA integrity_check") == ["ok"] and self.query("PRAGMA foreign_key_check") == []


class Postgres:
    """A PostgreSQL database, read without Steward."""

    def __init__(self, cluster, template=None):
        self.cluster = cluster
        self.name = f"copy-{next(NAMES)}"
        self.address = cluster.create_database(self.name, template)

    def query(self, sql):
        return self.cluster.query(sql, self.name)

    execute = query

    def tables(self):
        return self.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")

    def rows(self, table):
        # Not the text itself: psql leaves out characters that it cannot show.
        hexadecimal = "encode(convert_to(CAST(row_to_json(t) AS text), 'UTF8'), 'hex')"
        return [json.loads(bytes.fromhex(row)) for row in self.query(f"SELECT {hexadecimal} FROM {table} t")]


def content(database):
    """All rows of all tables but those that a copy makes anew."""
    return {
        table: sorted(database.rows(table), key=lambda row: json.dumps(row, sort_keys=True))
        for table in database.tables() if table not in BOOKKEEPING}


def is_empty(database):
    """Whether nothing but what every new database has is in it."""
    return not any(rows for table, rows in content(database).items() if table != "secrets")


def files(folder):
    """Everything that lies in a folder."""
    return {path.name: path.read_bytes() if path.is_file() else None for path in folder.iterdir()}


def make_large(path, start, count=MANY, length=60):
    """Puts many notes into a file."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        person, = connection.execute("SELECT min(id) FROM people").fetchone()
        connection.executemany(
            "INSERT INTO notes (owner_kind, owner_id, person_id, text, internal, medium, created_at)"
            " VALUES (1, 1, ?, ?, 0, 0, 0)",
            ((person, f"{start} {number} ".ljust(length, "x")) for number in range(count)))
        connection.commit()


def make_foreign(path):
    """A database of another program."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE people (name TEXT)")
        connection.commit()


def make_newer(path):
    """Marks a database as one of a newer Steward."""
    Sqlite(path).execute("INSERT INTO migrations (number, name, applied_at) VALUES (999, 'from the future', 0)")


class Terminal:
    """A command whose standard error is a terminal."""

    def __init__(self, *arguments):
        self.leader, follower = pty.openpty()
        self.shown = ""
        self.process = subprocess.Popen(
            [binary(), *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=follower,
            text=True, env=surroundings())
        os.close(follower)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()
        self.process.stdout.close()
        os.close(self.leader)

    def read(self):
        """Reads what comes next; nothing when the command has ended."""
        try:
            chunk = os.read(self.leader, 65_536)
        except OSError:
            chunk = b""
        self.shown += chunk.decode()
        return chunk

    @property
    def percents(self):
        return [int(percent) for percent in re.findall(r"(\d+) %", self.shown)]

    def wait_for(self, percent):
        while not self.percents or self.percents[-1] < percent:
            assert self.read(), f"it ended before {percent} %: {self.shown}"

    def end(self):
        """Lets the command run to its end, and answers what it printed."""
        while self.read():
            pass
        printed = self.process.stdout.read()
        self.process.wait(timeout=PATIENCE)
        return printed

    def kill(self):
        self.process.kill()
        self.process.wait(timeout=PATIENCE)


@contextlib.contextmanager
def serving(folder, address, *arguments):
    server = Server(folder, "--port", 0, "--rate-limit", "off", "--database", address, *arguments)
    try:
        yield server.wait_until_it_listens()
    finally:
        Server.stop_all([server])


def fill(demo):
    """Adds to the demo whatever could be lost on the way."""
    howard, tom = demo.client("Howard Tanner"), demo.client("Tom Waters")
    me, him = howard.get("/me").json()["id"], tom.get("/me").json()["id"]

    def post(client, path, body, status=201):
        answer = client.post(path, body)
        assert answer.status_code == status, answer.text
        return answer.json()["id"]

    made = []
    for number, text in enumerate(ODD_TEXTS):
        subject = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", text).split())[:200] or "…"
        request = post(
            howard if number % 2 else tom, "/requests",
            {"subject": f"{subject} ({number})", "category": "other", "source": "odd", "sourceID": f"{number}"})
        made.append(request)
        post(howard, f"/requests/{request}/notes", {"text": text})
        post(howard, f"/requests/{request}/notes", {"text": text, "internal": True})
    done = {"status": "completed", "completion_reason": "solved", "member_id": me}
    for request, place in zip(made[:6], ["archive", "trash"] * 3):
        assert howard.patch(f"/requests/{request}", done).status_code == 200
        assert howard.post(f"/requests/{request}/{place}", {}).status_code == 200
    assert howard.post(f"/requests/{made[4]}/restore", {}).status_code == 200
    for request in made[6:]:
        watches = [post(howard, f"/requests/{request}/watches", {"person_id": person}, 200) for person in (me, him)]
    for watch in watches:
        assert howard.call("DELETE", f"/requests/{made[-1]}/watches/{watch}").status_code == 204
    return made, max(watches)


class Visit:
    """What a server answers, and what it gives out when asked for something new."""

    # The same wherever the database is.
    HEADERS = ["Content-Type", "ETag", "Link", "X-Pagination-Total-Entries", "X-Pagination-Per-Page"]

    def __init__(self, server, origin, cursors=None):
        clients = {person: Client(server, origin.demo.tokens[person]) for person in PEOPLE}
        self.answers = {}
        for person, path in origin.calls:
            answer = clients[person].get(path)
            headers = {name: answer.headers.get(name) for name in self.HEADERS}
            self.answers[person, path] = answer.status_code, headers, answer.content
        self.cursors = {
            key: found[1].removeprefix(f"{PUBLIC}/v1")
            for key, (_, headers, _) in self.answers.items()
            if (found := re.search(r'<([^>]+)>; rel="next"', headers["Link"] or ""))}
        # The links of the original, wherever this is.
        self.pages = {}
        for (person, path), link in (cursors or self.cursors).items():
            answer = clients[person].get(link)
            self.pages[person, path] = answer.status_code, answer.headers.get("Link"), answer.content
        howard = clients["Howard Tanner"]
        self.listed = [record["id"] for record in self.all_of(howard, "/requests?per_page=7")]
        me = howard.get("/me").json()["id"]
        request = howard.post("/requests", {"subject": "Made on the copy", "category": "other", "note": "New."})
        self.new = {"requests": request.json()["id"]}
        path = f"/requests/{self.new['requests']}"
        self.new["notes"] = howard.get(f"{path}/notes").json()[0]["id"]
        self.new["watches"] = howard.post(f"{path}/watches", {"person_id": me}).json()["id"]
        self.new["people"] = howard.post("/people", {"name": "N", "primary_email": "n@widget.example"}).json()["id"]
        self.new["teams"] = howard.post("/teams", {"name": "New"}).json()["id"]

    @staticmethod
    def all_of(client, path):
        """A list read to its end by the links, which name another host."""
        while path:
            answer = client.get(path)
            assert answer.status_code == 200, answer.text
            yield from answer.json()
            path = answer.links.get("next", {}).get("url", "").removeprefix(f"{PUBLIC}/v1")


class Origin:
    """A database with all sorts of things in it, which no server has open."""

    def __init__(self, folder):
        self.database = Sqlite(folder / "original.sqlite")
        with serving(folder / "server", self.database.address, "--demo") as server:
            self.demo = Demo(server)
            self.requests, self.last_watch = fill(self.demo)
        # Calls cannot tell an empty text from none everywhere.
        for statement in [
            "UPDATE organizations SET remarks = '', region = NULL WHERE id = 1",
            "UPDATE organizations SET remarks = NULL, region = '' WHERE id = 2",
            "UPDATE organizations SET created_at = -9223372036854775808, updated_at = 9223372036854775807 WHERE id = 2",
            "UPDATE people SET information = '', location = '\\N', cost_per_hour = -1 WHERE id = 1",
        ]:
            self.database.execute(statement)
        paths = [
            "/openapi.json", "/me", "/account", "/requests", "/requests?per_page=3", "/requests/open?per_page=5",
            "/requests/completed?per_page=1", "/requests?sort=subject&per_page=4", "/requests?sort=-updated_at",
            "/people?per_page=2", "/teams", "/services?per_page=1", "/people/1", "/people/1/audit", "/teams/1",
            "/teams/1/members", "/services/1", "/services/1/audit",
        ]
        self.calls = list(itertools.product(PEOPLE, paths))
        for request in range(1, max(self.requests) + 1):
            for rest in ["", "/notes", "/watches", "/audit"]:
                # The others see some of what an administrator sees; every third will do.
                self.calls += [(person, f"/requests/{request}{rest}") for person in PEOPLE[:1 if request % 3 else None]]


@pytest.fixture(scope="module")
def origin(tmp_path_factory):
    return Origin(tmp_path_factory.mktemp("origin"))


class Leg:
    """One copy, as it was before any server opened it."""

    def __init__(self, source, target):
        self.source, self.target = source, target
        self.printed = copied(source.address, target.address)
        self.content = content(target)


@pytest.fixture(scope="module")
def legs(origin, cluster, tmp_path_factory):
    """Between every two engines, each copy made of the one before."""
    folder = tmp_path_factory.mktemp("legs")
    places = [
        origin.database, Postgres(cluster), Postgres(cluster), Sqlite(folder / "third.sqlite"),
        Sqlite(folder / "fourth.sqlite")]
    origin.bytes = origin.database.path.read_bytes()
    legs = [Leg(source, target) for source, target in itertools.pairwise(places)]
    origin.content = content(origin.database)
    assert origin.database.path.read_bytes() == origin.bytes, "the source is not changed"
    return legs


@pytest.fixture(scope="module")
def visits(origin, legs, tmp_path_factory):
    """A visit of the original, and one of each copy."""
    folder = tmp_path_factory.mktemp("visits")
    visits = []
    for number, database in enumerate([origin.database, *(leg.target for leg in legs)]):
        place = database.address
        if number == 0:
            place = folder / "original.sqlite"
            shutil.copy(database.path, place)
        with serving(folder / f"server-{number}", place, "--public-url", PUBLIC) as server:
            visits.append(Visit(server, origin, visits[0].cursors if visits else None))
    return visits


LEGS = pytest.mark.parametrize(
    "number", range(4), ids=["sqlite-postgres", "postgres-postgres", "postgres-sqlite", "sqlite-sqlite"])


class TestWhatArrives:
    @LEGS
    def test_every_row_of_every_table(self, origin, legs, number):
        assert legs[number].content.keys() == origin.content.keys()
        for table, rows in origin.content.items():
            assert legs[number].content[table] == rows, table
        texts = {note["text"] for note in legs[number].content["notes"]}
        assert set(ODD_TEXTS) <= texts

    @LEGS
    def test_counts_and_checksums_are_printed_and_the_same_everywhere(self, origin, legs, number):
        *lines, last = legs[number].printed.splitlines()
        printed = [re.fullmatch(r"(\w+) +(\d+)  sha256:([0-9a-f]{64})", line) for line in lines]
        assert all(printed), lines
        assert {line[1]: int(line[2]) for line in printed} == {
            table: len(rows) for table, rows in origin.content.items()}
        assert f" {sum(map(len, origin.content.values()))} rows" in last
        assert legs[number].printed == legs[0].printed

    def test_a_changed_value_changes_the_checksum_of_its_table(self, origin, legs, tmp_path):
        changed = Sqlite(tmp_path / "changed.sqlite")
        shutil.copy(origin.database.path, changed.path)
        changed.execute("UPDATE organizations SET remarks = NULL WHERE id = 1")
        printed = copied(changed.address, tmp_path / "copy.sqlite").splitlines()
        differing = set(printed) ^ set(legs[0].printed.splitlines())
        assert {line.split()[0] for line in differing} == {"organizations"}

    @LEGS
    def test_the_ids_that_were_given_out(self, origin, legs, number):
        if isinstance(legs[number].target, Sqlite):
            sequence = "SELECT name, seq FROM sqlite_sequence ORDER BY name"
            assert legs[number].target.query(sequence) == origin.database.query(sequence)

    @LEGS
    def test_soundness(self, legs, number):
        target = legs[number].target
        if isinstance(target, Sqlite):
            assert target.is_sound()
            assert not [path for path in target.path.parent.iterdir() if ".part" in path.name]
        else:
            foreign_keys = "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND convalidated"
            declared = len(legs[-1].target.query(
                "SELECT 1 FROM sqlite_schema s, pragma_foreign_key_list(s.name) WHERE s.type = 'table'"))
            assert target.query(foreign_keys) == [str(declared)]


class TestServersOnCopies:
    @LEGS
    def test_answer_the_same_bytes(self, visits, number):
        original, visit = visits[0], visits[number + 1]
        assert sum(status == 200 for status, _, _ in original.answers.values()) > 150
        for key, answer in original.answers.items():
            assert visit.answers[key] == answer, key
        assert visit.listed == original.listed

    @LEGS
    def test_take_the_links_of_the_original(self, visits, number):
        original, visit = visits[0], visits[number + 1]
        assert len(original.cursors) > 5
        assert visit.cursors == original.cursors
        assert all(status == 200 for status, _, _ in original.pages.values())
        assert visit.pages == original.pages

    @LEGS
    def test_give_out_no_id_again(self, origin, visits, number):
        given = dict(line.split("|") for line in origin.database.query("SELECT name, seq FROM sqlite_sequence"))
        assert int(given["watches"]) == origin.last_watch > int(
            origin.database.query("SELECT max(id) FROM watches")[0])
        for table, identity in visits[number + 1].new.items():
            assert identity > int(given[table]), table

    @LEGS
    def test_count_right(self, origin, legs, visits, number):
        target = legs[number].target
        assert target.query(TALLIES) == target.query(COUNTS)
        total = visits[0].answers["Howard Tanner", "/requests"][1]["X-Pagination-Total-Entries"]
        assert int(total) == len(visits[0].listed)


class Place:
    """Makes databases of one engine in a test's folder."""

    def __init__(self, engine, folder, cluster):
        self.is_file = engine == "sqlite"
        self.folder = folder
        self.cluster = cluster

    def new(self):
        """Where a copy can go to."""
        return Sqlite(self.folder / f"target-{next(NAMES)}.sqlite") if self.is_file else Postgres(self.cluster)

    def copy_of(self, origin):
        """A database with everything of the original."""
        database = self.new()
        if self.is_file:
            shutil.copy(origin.database.path, database.path)
        else:
            copied(origin.database.address, database.address)
        return database

    @staticmethod
    def is_untouched(target):
        """Whether a target that could be copied to still can be."""
        return not target.path.exists() if isinstance(target, Sqlite) else is_empty(target)


@pytest.fixture(params=["sqlite", "postgres"])
def source_place(request, tmp_path, cluster):
    return Place(request.param, tmp_path, cluster)


@pytest.fixture(params=["sqlite", "postgres"])
def place(request, tmp_path, cluster):
    return Place(request.param, tmp_path, cluster)


@pytest.fixture
def source(origin, tmp_path):
    """A file with everything of the original, for a test to do with what it likes."""
    path = tmp_path / "source.sqlite"
    shutil.copy(origin.database.path, path)
    return path


class TestRefusals:
    def test_a_target_that_is_not_empty(self, origin, source, place):
        target = place.copy_of(origin)
        target.execute("UPDATE teams SET name = 'kept' WHERE id = 1")
        before = content(target)
        fails(copy(source, target.address), target.address.rsplit("/", 1)[-1])
        assert content(target) == before

    @pytest.mark.parametrize("text", [b"", b"Dear diary"], ids=["empty", "text"])
    def test_a_target_file_that_exists(self, source, tmp_path, text):
        target = tmp_path / "diary"
        target.write_bytes(text)
        before = files(tmp_path)
        fails(copy(source, target), str(target), "already")
        assert files(tmp_path) == before

    def test_a_target_that_is_a_folder(self, source, tmp_path):
        (tmp_path / "folder").mkdir()
        fails(copy(source, tmp_path / "folder"), str(tmp_path / "folder"))
        assert files(tmp_path / "folder") == {}

    def test_a_target_of_another_program(self, source, cluster):
        target = Postgres(cluster)
        target.execute("CREATE TABLE people (name TEXT)")
        fails(copy(source, target.address), target.name, "another program")
        assert target.tables() == ["people"]

    def test_a_target_of_a_newer_schema(self, source, cluster):
        target = Postgres(cluster)
        assert run("migrate", "--database", target.address).returncode == 0
        target.execute("INSERT INTO migrations (number, name, applied_at) VALUES (999, 'from the future', 0)")
        fails(copy(source, target.address), "newer", "999")
        assert is_empty(target)

    def test_a_target_database_that_is_missing(self, source, cluster):
        fails(copy(source, cluster.url("nowhere")), "nowhere", "does not exist")

    @pytest.mark.parametrize("folder", ["/proc", "missing"])
    def test_a_folder_that_cannot_be_written_to(self, source, tmp_path, folder):
        before = files(tmp_path)
        target = tmp_path / folder / "target.sqlite"
        fails(copy(source, target), str(target), "folder")
        assert files(tmp_path) == before

    def test_a_source_that_is_missing(self, tmp_path, place):
        target = place.new()
        path = tmp_path / "missing.sqlite"
        fails(copy(path, target.address), str(path))
        assert not path.exists()
        assert place.is_untouched(target)

    def test_a_source_database_that_is_missing(self, cluster, place):
        target = place.new()
        fails(copy(cluster.url("nowhere"), target.address), "nowhere", "does not exist")
        assert place.is_untouched(target)

    @pytest.mark.parametrize("make", [
        lambda path: path.write_bytes(b"Dear diary, today I wrote no database.\n" * 50),
        lambda path: path.write_bytes(b""), lambda path: path.mkdir(), make_foreign,
    ], ids=["text", "empty", "folder", "another program"])
    def test_a_source_that_is_no_database_of_steward(self, tmp_path, place, make):
        path = tmp_path / "other"
        make(path)
        target = place.new()
        before = files(tmp_path)
        fails(copy(path, target.address), str(path))
        assert files(tmp_path) == before
        assert place.is_untouched(target)

    def test_a_source_database_of_another_program(self, cluster, place):
        other, target = Postgres(cluster), place.new()
        other.execute("CREATE TABLE people (name TEXT)")
        fails(copy(other.address, target.address), other.name, "not a database of Steward")
        assert other.tables() == ["people"]
        assert place.is_untouched(target)

    def test_a_source_of_a_newer_schema(self, source, tmp_path, place):
        make_newer(source)
        target = place.new()
        before = files(tmp_path)
        fails(copy(source, target.address), "newer", "999")
        assert files(tmp_path) == before
        assert place.is_untouched(target)

    def test_a_source_of_an_older_schema(self, source, tmp_path, place):
        Sqlite(source).execute("DELETE FROM migrations")
        target = place.new()
        before = files(tmp_path)
        fails(copy(source, target.address), str(source), "migrate")
        assert files(tmp_path) == before
        assert place.is_untouched(target)

    def test_a_database_onto_itself(self, origin, place):
        database = place.copy_of(origin)
        before = content(database)
        other_name = database.address.replace("postgres://", "postgresql://").replace("/target-", "/./target-")
        for target in [database.address, other_name]:
            fails(copy(database.address, target), database.address.rsplit("/", 1)[-1])
            assert content(database) == before

    @pytest.mark.parametrize("address", ["mysql://steward:secret@localhost/steward", "", ":memory:"])
    def test_what_is_no_address(self, source, tmp_path, address):
        before = files(tmp_path)
        for done in [copy(source, address), copy(address, tmp_path / "target.sqlite")]:
            fails(done, address[:5], "database")
            assert "secret" not in done.stderr
        assert files(tmp_path) == before

    def test_a_text_that_postgres_cannot_hold(self, source, cluster):
        Sqlite(source).execute("UPDATE notes SET text = 'a' || char(0) || 'b' WHERE id = 1")
        target = Postgres(cluster)
        fails(copy(source, target.address), "notes")
        assert is_empty(target)


class TestAllOrNothing:
    def test_a_row_that_refers_to_nothing_fails_the_copy(self, origin, source_place, place, tmp_path):
        source, target = source_place.copy_of(origin), place.new()
        unchecked = "" if source_place.is_file else "SET session_replication_role = replica; "
        source.execute(unchecked + BROKEN_NOTE)
        before, names = content(source), files(tmp_path).keys()
        fails(copy(source.address, target.address), "notes", "people")
        assert place.is_untouched(target)
        assert files(tmp_path).keys() == names
        assert content(source) == before
        source.execute("DELETE FROM notes WHERE person_id = 4711")
        copied(source.address, target.address)
        assert content(target) == content(source)

    def test_a_killed_copy_leaves_nothing_in_the_way_of_the_next(self, source, place, tmp_path):
        make_large(source, "note")
        target = place.new()
        # While the rows are put in, and while they are compared.
        for percent in [30, 70]:
            with Terminal("copy", "--from", source, "--to", target.address) as command:
                command.wait_for(percent)
                assert command.process.poll() is None
                command.kill()
                assert command.process.returncode == -9
            if place.is_file:
                assert all(name.startswith((source.name, f"{target.path.name}.part")) for name in files(tmp_path))
            else:
                assert is_empty(target)
        copied(source, target.address)
        assert content(target) == content(Sqlite(source))
        if place.is_file:
            assert files(tmp_path).keys() == {source.name, target.path.name}

    def test_of_two_copies_to_one_place_neither_spoils_the_other(self, source, place, tmp_path):
        make_large(source, "note")
        target = place.new()
        expected = Sqlite(source).query("SELECT count(*) FROM notes")
        arguments = ["copy", "--from", source, "--to", target.address]
        with Terminal(*arguments) as first:
            first.wait_for(20)
            with Terminal(*arguments) as second:
                # The second is refused at once, waits for the first, or works beside it.
                time.sleep(0.3)
                first.end()
                if first.process.returncode == 0:
                    second.kill()
                else:
                    second.end()
                    assert second.process.returncode == 0, second.shown
        assert target.query("SELECT count(*) FROM notes") == expected

    def test_a_log_of_a_database_that_is_gone_does_not_change_the_copy(self, source, tmp_path):
        target = Sqlite(tmp_path / "target.sqlite")
        leave_a_log(source, target.path)
        target.path.unlink()
        done = copy(source, target.address)
        if done.returncode == 0:
            assert target.query("PRAGMA integrity_check") == ["ok"]
            assert content(target) == content(Sqlite(source))
        else:
            fails(done, "-wal")
            assert not target.path.exists()


def leave_a_log(origin, path):
    """Leaves a database as a power cut does: with rows that are in its log only."""
    shutil.copy(origin, path)
    script = f"""
import os, sqlite3
connection = sqlite3.connect({str(path)!r})
connection.execute("PRAGMA journal_mode = WAL")
connection.execute("UPDATE people SET job_title = 'in the log only'")
connection.commit()
os._exit(0)
"""
    subprocess.run([sys.executable, "-c", script], check=True)
    assert Path(f"{path}-wal").stat().st_size > 0


class TestProgress:
    def test_is_shown_on_a_terminal_and_taken_away(self, source, place):
        with Terminal("copy", "--from", source, "--to", place.new().address) as command:
            printed = command.end()
        assert command.process.returncode == 0
        assert printed == copied(source, place.new().address)
        *bars, end = command.shown.split("\r")[1:]
        assert end == "\x1b[K"
        assert len(bars) > 2
        for bar in bars:
            assert re.fullmatch(r"\[#*-*\] \d+ %", bar) and bar.index("]") == 41, bar
        assert command.percents == sorted(set(command.percents))
        assert command.percents[-1] == 100

    def test_does_not_stand_beside_an_error(self, source, place):
        Sqlite(source).execute(BROKEN_NOTE)
        with Terminal("copy", "--from", source, "--to", place.new().address) as command:
            assert command.end() == ""
        assert command.process.returncode == 1
        shown, end = command.shown.rsplit("\r\x1b[K", 1)
        assert "%" in shown
        assert end.startswith("Error: ") and end.count("\n") == 1


def test_a_copy_made_while_a_server_writes_is_one_state(origin, source_place, place, tmp_path):
    source = source_place.copy_of(origin)
    with serving(tmp_path / "server", source.address) as server:
        writers = [Writer(server, origin.demo.tokens["Howard Tanner"], f"Thread {i}", [1, 2, 3]) for i in range(4)]
        with at_work(writers):
            until(lambda: all(len(writer.requests) > 5 for writer in writers), "all write")
            for _ in range(2):
                answered = [dict(writer.requests) for writer in writers]
                target = place.new()
                copied(source.address, target.address)
                check_one_state(target, answered)


def check_one_state(database, answered):
    """What is counted beside the rows agrees with them, and all that was answered by then is there."""
    assert database.query(TALLIES) == database.query(COUNTS)
    assert database.query(AUDITED) == database.query(ROWS)
    subjects = {str(row["id"]): row["subject"] for row in database.rows("requests")}
    for requests in answered:
        for request, subject in requests.items():
            assert subjects[str(request)] == subject
    if isinstance(database, Sqlite):
        assert database.is_sound()
