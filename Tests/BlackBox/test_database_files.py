"""The database's files: who may read them, and a disk that has no room for more."""

import contextlib
import os
import stat

import pytest

from client import Client
from steward import PATIENCE, run, until
from test_attachments_failures import small_disk


def rights(database) -> dict[str, int]:
    """Who may do what with a database and its logs."""
    found = {path.name.removeprefix(database.name): path.stat().st_mode for path in database.parent.glob("*.sqlite*")}
    return {name: stat.S_IMODE(mode) for name, mode in found.items() if stat.S_ISREG(mode)}


@pytest.fixture(params=[0o022, 0o000], ids=oct)
def umask(request):
    """What the programs that are started take from the rights of new files."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


class TestRights:
    def test_of_a_new_database_are_its_owners_alone(self, umask, howard, database, server):
        client = Client(server, howard)
        assert client.post("/requests", {"subject": "Private", "category": "other"}).status_code == 201
        assert client.get("/requests").status_code == 200
        assert rights(database) == {"": 0o600, "-wal": 0o600, "-shm": 0o600}
        server.stop()
        assert rights(database) == {"": 0o600}

    @pytest.mark.parametrize("command", [["copy", "--from"], ["restore"]], ids=" ".join)
    def test_of_one_that_is_made_of_another_are_its_owners_alone(self, umask, howard, database, tmp_path, command):
        made = tmp_path / "another" / "steward.sqlite"
        made.parent.mkdir()
        option = "--to" if command[0] == "copy" else "--database"
        assert run(*command, database, option, made).returncode == 0
        assert rights(made) == {"": 0o600}

    def test_that_are_wider_are_warned_of_and_left(self, howard, database, serve):
        database.chmod(0o644)
        server = serve("--rate-limit", "off")
        for number in range(3):
            assert Client(server, howard).post("/requests", {"subject": "Open", "category": "other"}).status_code == 201
        warnings = [line for line in server.log.splitlines() if "warning" in line]
        assert len(warnings) == 1 and "chmod 600" in warnings[0] and str(database) in warnings[0]
        assert rights(database)[""] == 0o644
        server.stop()
        database.chmod(0o600)
        assert "warning" not in serve().log


def test_a_server_that_cannot_write_says_that_it_is_not_well(howard, database, small_disk, serve, tmp_path):
    moved = small_disk / database.name
    moved.write_bytes(database.read_bytes())
    server = serve("--rate-limit", "off", "--database", moved, "--files", tmp_path / "files")
    client = Client(server, howard)

    def health():
        return client.session.get(f"{server.origin}/healthz", timeout=PATIENCE)

    def write():
        return client.post("/requests", {"subject": "Is there room?", "category": "other"})

    filler = small_disk / "filler"
    with open(filler, "wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 4_096)
    refused = write()
    assert refused.status_code == 503 and refused.headers["Retry-After"]
    until(lambda: health().status_code == 503, "the server says that it cannot write")
    assert health().json()["message"] and str(moved) not in health().text
    assert client.get("/requests").status_code == 200, "reading needs no room"
    filler.unlink()
    until(lambda: health().status_code == 200, "the server is well again")
    assert write().status_code == 201
