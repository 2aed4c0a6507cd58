"""Files that nobody needs any more are removed, and no others."""

import contextlib
import datetime
import os
import sqlite3
import time
import uuid

import pytest

from attachments import BucketDesk, Desk, keys_of
from steward import PATIENCE, until

CONTENT = b"Hello, world!\n"
HOUR = 3_600
# What is on no record is removed a day after the last moment at which it can have come in.
KEPT = 25 * HOUR


class Place:
    """A demo server whose files are changed while it does not run."""

    def __init__(self, serve, desk, arguments, variables):
        self.serve, self.desk, self.arguments, self.variables = serve, desk, arguments, variables
        self.path = desk.demo.folder / "demo.sqlite"

    def restart(self):
        """Starts the server again, as if it had last swept long ago, and waits until it has swept."""
        long_ago = (int(time.time()) - 5 * 24 * HOUR) * 1_000_000
        self.change("UPDATE sweeps SET claimed_at = 0, done_through = ?", long_ago)
        server = self.serve(
            "--rate-limit", "off", "--database", self.path, *self.arguments, port=self.desk.server.port,
            **self.variables)
        self.desk.server = self.desk.demo.server = server

        def is_done():
            (claimed, through), = self.query("SELECT claimed_at, done_through FROM sweeps")
            return claimed > 0 and through > long_ago

        until(is_done, "the server has swept")
        assert " error " not in server.log and " warning " not in server.log, server.log
        return server

    def change(self, sql, *values):
        with contextlib.closing(sqlite3.connect(self.path)) as database, database:
            database.execute(sql, values)

    def query(self, sql):
        with contextlib.closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as database:
            return database.execute(sql).fetchall()

    def key(self, age, name="hello.txt", account=1):
        """The key of an upload that was allowed so many seconds ago."""
        moment = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=age)
        return (
            f"attachments/{account}/{moment:%Y/%m/%d}/1/{int(moment.timestamp())}.{moment.microsecond:06}-"
            f"{uuid.uuid4().hex}/{name}")

    def put(self, key):
        raise NotImplementedError

    def age(self, key, seconds):
        """Makes a file on records older."""
        name = key.rpartition("/")[2]
        older = self.key(seconds, name)
        self.put(older)
        self.change("UPDATE attachments SET key = ? WHERE key = ?", older, key)
        self.change("UPDATE file_removals SET key = ? WHERE key = ?", older, key)
        return older


class FolderPlace(Place):
    def put(self, key):
        path = self.desk.folder / "files" / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(CONTENT)
        return key


class BucketPlace(Place):
    def put(self, key):
        self.desk.gateway.ask("PUT", f"/{self.desk.bucket}/{key}", body=CONTENT)
        return key


@pytest.fixture(params=["folder", "bucket"])
def place(request, start_demo, serve):
    if request.param == "folder":
        return FolderPlace(serve, Desk(start_demo("--rate-limit", "off")), [], {})
    gateway = request.getfixturevalue("gateway")
    desk = BucketDesk(start_demo, gateway)
    return BucketPlace(serve, desk, ["--files", desk.address], keys_of(gateway))


def is_read(desk, person):
    """Checks that the one file on a person is still there."""
    file, = desk.client().get(f"/people/{person}").json()["attachments"]
    assert desk.client().session.get(file["uri"], timeout=PATIENCE).content == CONTENT


def test_uploads_that_came_on_no_record_are_removed_after_a_day(place):
    desk = place.desk
    young, used, note = desk.upload(), desk.upload(), desk.upload()
    answer = desk.client().patch("/people/2", {"information_attachments": [{"key": used}]})
    assert answer.status_code == 200, answer.text
    desk.note(note)
    desk.server.stop()
    kept = {
        young, used, note, place.age(used, KEPT + HOUR), place.age(note, 3 * 24 * HOUR),
        *[place.put(place.key(age)) for age in (0, HOUR, KEPT - HOUR)],
        # What is not this server's is none of its business.
        place.put("backup.tar"), place.put("attachments/1/readme.txt"),
    }
    names = ["hello.txt", "a b.txt", "a+b&c<d>'\".txt", "50%25.txt", "日本語.txt", "2/hello.txt", "é.txt", "#?.txt"]
    gone = {
        *[place.put(place.key(KEPT + HOUR, name)) for name in names], place.put(place.key(3 * 24 * HOUR)),
        place.put(place.key(KEPT + HOUR, account=3)),
    }
    assert set(desk.stored()) == kept | gone
    place.restart()
    assert set(desk.stored()) == kept
    is_read(desk, 2)


def test_uploads_by_names_that_no_key_has_are_removed_too(start_demo, serve, gateway):
    # The store takes any name that a client has for a file.
    desk = BucketDesk(start_demo, gateway)
    place = BucketPlace(serve, desk, ["--files", desk.address], keys_of(gateway))
    desk.server.stop()
    for name in "/home/me/a.txt", "C:\\a.txt", "a/b/c.txt", "a//b.txt", "..a", "a\x01b.txt", "x" * 300:
        place.put(place.key(KEPT + HOUR, name))
    young = place.put(place.key(HOUR, "/home/me/a.txt"))
    place.restart()
    assert desk.stored() == [young]


def test_files_that_were_taken_off_their_last_record_are_removed_after_an_hour(place):
    desk = place.desk
    alone, shared, just_now = (desk.upload(filename=name) for name in ("alone.txt", "shared.txt", "now.txt"))
    client = desk.client()
    for person in 2, 3:
        wanted = [{"key": key} for key in ([alone, shared, just_now] if person == 2 else [shared])]
        assert client.patch(f"/people/{person}", {"information_attachments": wanted}).status_code == 200
    off = [{"key": key, "_destroy": True} for key in (alone, shared, just_now)]
    assert client.patch("/people/2", {"information_attachments": off}).status_code == 200
    desk.server.stop()
    place.change("UPDATE file_removals SET created_at = created_at - ?", 2 * HOUR * 1_000_000)
    place.change("UPDATE file_removals SET created_at = ? WHERE key = ?", int(time.time() * 1_000_000), just_now)
    place.restart()
    assert set(desk.stored()) == {shared, just_now}
    is_read(desk, 3)


def test_a_file_that_is_about_to_be_removed_is_not_put_on_another_record(place):
    desk, client = place.desk, place.desk.client()
    key = desk.upload()
    for changes in [{"key": key}], [{"key": key, "_destroy": True}]:
        assert client.patch("/people/2", {"information_attachments": changes}).status_code == 200
    with desk.unchanged():
        answer = client.patch("/people/3", {"information_attachments": [{"key": key}]})
        assert answer.status_code == 422, answer.text


def test_what_never_came_in_whole_is_removed_after_a_day(start_demo, serve):
    place = FolderPlace(serve, Desk(start_demo("--rate-limit", "off")), [], {})
    incoming = place.desk.folder / "incoming"
    place.desk.server.stop()
    for name, age in ("old", KEPT + HOUR), ("young", KEPT - HOUR), ("now", 0):
        (incoming / name).write_bytes(CONTENT)
        os.utime(incoming / name, (time.time() - age, time.time() - age))
    place.restart()
    assert set(place.desk.incoming()) == {"young", "now"}


def test_nothing_is_removed_by_a_second_server_that_starts_soon_after(start_demo, serve):
    place = FolderPlace(serve, Desk(start_demo("--rate-limit", "off")), [], {})
    place.desk.server.stop()
    place.restart().stop()
    key = place.put(place.key(KEPT + HOUR))
    before = place.query("SELECT * FROM sweeps")
    place.desk.server = place.desk.demo.server = serve(
        "--rate-limit", "off", "--database", place.path, port=place.desk.server.port)
    # It writes here, and so does who sweeps.
    assert place.desk.request()
    assert place.query("SELECT * FROM sweeps") == before
    assert set(place.desk.stored()) == {key}
