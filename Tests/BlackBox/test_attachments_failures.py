"""What surrounds the server fails it: no room on the disk, little memory, a place for files that is none."""

import contextlib
import hashlib
import http.client
import os
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from attachments import BOUNDARY, Desk, chunk, connected, exchange, file_part, form, head, peak, text_part
from steward import PATIENCE, run, until
from test_command_failures import fails, is_wrong_usage

CONTENT = b"Hello, world!\n"
LINE = b"--" + BOUNDARY.encode()
LARGE = 200 << 20
MOST_MEMORY = 16 << 10


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 2 MB."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a file system")
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"a file system cannot be mounted here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        # Even when a server still has files open there.
        subprocess.run(["umount", "--lazy", folder], check=True)


class TestAFullDisk:
    @pytest.mark.parametrize("provider", ["local", "s3"])
    def test_refuses_a_file_and_keeps_nothing_of_it(self, start_demo, small_disk, provider):
        folder = small_disk / "files"
        desk = Desk(start_demo("--rate-limit", "off", "--files", folder, "--upload-form", provider), folder)
        storage = desk.storage()
        stored, rows = desk.stored(), desk.rows()
        for filename in "a.txt", "b.txt":
            answer = desk.put(storage, b"x" * (4 << 20), filename)
            assert answer.status == 507, answer
            assert str(folder) not in answer.text, "where files lie is no business of clients"
            if provider == "s3":
                assert answer.complaint
            else:
                assert answer.json()["message"]
            assert (desk.stored(), desk.incoming(), desk.rows()) == (stored, {}, rows)
        # It says so to whoever can help, and goes on.
        assert str(folder) in desk.server.log
        key = desk.upload(CONTENT)
        assert desk.content(key) == CONTENT
        assert desk.note(key)
        assert desk.client().get("/me").status_code == 200

    def test_that_becomes_full_while_others_upload_loses_nothing_of_theirs(self, start_demo, small_disk):
        desk = Desk(start_demo("--rate-limit", "off", "--files", small_disk), small_disk)
        storage = desk.storage()
        kept = {}
        for number in range(8):
            content = bytes([number]) * 400_000
            answer = desk.put(storage, content, f"{number}.bin")
            if answer.status == 200:
                kept[answer.key] = content
            else:
                assert answer.status == 507, answer
        assert 0 < len(kept) < 8
        assert desk.stored().keys() == kept.keys() and desk.incoming() == {}
        for file in desk.note(*kept):
            read = desk.client().session.get(file["uri"], timeout=PATIENCE)
            assert (read.status_code, read.content) == (200, kept[file["key"]])


@pytest.fixture(scope="module")
def desk(start_demo):
    desk = Desk(start_demo("--rate-limit", "off"))
    # What a first file takes besides, others do not take again.
    uri = desk.uri(b"x" * (4 << 20))
    assert len(desk.client().session.get(uri, timeout=PATIENCE).content) == 4 << 20
    return desk


class TestMemory:
    def test_does_not_hold_a_file_that_comes_in_or_goes_out(self, desk, tmp_path):
        path = tmp_path / "large.bin"
        digest = hashlib.sha256()
        with open(path, "wb") as file:
            for number in range(LARGE >> 20):
                piece = hashlib.sha256(b"%d" % number).digest() * (1 << 15)
                digest.update(piece)
                file.write(piece)
        storage = desk.storage()
        fields = [part for name, value in storage.fields.items() for part in ("-F", f"{name}={value}")]
        before = peak(desk.server)
        # curl sends it from the disk, and asks before whether it may.
        done = subprocess.run(
            ["curl", "--silent", "--show-error", "--fail", "-H", desk.token(), *fields, "-F", f"file=@{path}",
             storage.uri],
            capture_output=True, text=True, timeout=PATIENCE * 2)
        assert done.returncode == 0, done.stderr
        key = f"{storage.folder}/large.bin"
        assert desk.stored()[key] == LARGE
        assert peak(desk.server) - before < MOST_MEMORY

        uri = urlsplit(desk.note(key)[0]["uri"])
        before, read = peak(desk.server), hashlib.sha256()
        connection = http.client.HTTPConnection(uri.hostname, uri.port, timeout=PATIENCE)
        with contextlib.closing(connection):
            connection.request("GET", f"{uri.path}?{uri.query}")
            answer = connection.getresponse()
            assert answer.getheader("Content-Length") == str(LARGE)
            while piece := answer.read(1 << 20):
                read.update(piece)
        assert read.digest() == digest.digest()
        assert peak(desk.server) - before < MOST_MEMORY

    def test_does_not_hold_a_file_for_a_client_that_does_not_read_on(self, desk):
        uri = urlsplit(desk.uri(b"x" * (48 << 20), "large.bin"))
        before = peak(desk.server)
        with connected(desk.server) as connection:
            connection.sendall(f"GET {uri.path}?{uri.query} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            assert connection.recv(1000).startswith(b"HTTP/1.1 200")
            # A whole file is sent to another client meanwhile.
            assert len(desk.client().session.get(uri.geturl(), timeout=PATIENCE).content) == 48 << 20
            assert peak(desk.server) - before < MOST_MEMORY

    @pytest.mark.parametrize(
        "piece",
        [b"nobody reads this\r\n" * 50_000, b"\r\n--" * 200_000,
         LINE + b"\r\n" + text_part("x" * 8000, "") + b"\r\n"],
        ids=["preamble", "beginnings of boundaries", "names of fields"])
    def test_does_not_hold_what_is_before_a_file(self, desk, piece):
        with desk.unchanged():
            before = peak(desk.server)
            pieces = [chunk(piece)] * ((32 << 20) // len(piece))
            answer = exchange(desk.server, head(None), *pieces, chunk(b""))
            assert answer.status == 400, answer
            assert peak(desk.server) - before < MOST_MEMORY

    def test_does_not_hold_what_is_behind_a_form(self, desk):
        body = form(*desk.storage().parts(), file_part(CONTENT))
        before = peak(desk.server)
        answer = exchange(
            desk.server, head(None, desk.token()), chunk(body), *[chunk(b"x" * (1 << 20))] * 32, chunk(b""))
        assert answer.status in (200, 400), answer
        assert peak(desk.server) - before < MOST_MEMORY


class TestStarting:
    """Whoever cannot keep files does not begin to serve."""

    def serve(self, database, *arguments, **variables):
        return run("serve", "--port", 0, "--log-level", "critical", "--database", database, *arguments, **variables)

    def test_with_a_file_in_place_of_a_folder_is_refused(self, database, tmp_path):
        path = tmp_path / "file"
        path.write_text("Dear diary")
        for files in path, path / "below" / "it":
            fails(self.serve(database, "--files", files), str(path), "--files")
        assert path.read_text() == "Dear diary"

    def test_with_a_file_in_place_of_the_folder_beside_the_database_is_refused(self, database):
        path = Path(f"{database}-files")
        path.write_text("Dear diary")
        fails(self.serve(database), str(path), "--files")
        assert path.read_text() == "Dear diary"

    def test_with_a_folder_that_cannot_be_written_to_is_refused(self, database):
        # Nobody may create files here, not even an administrator.
        fails(self.serve(database, "--files", "/proc/steward-files"), "/proc/steward-files", "--files")
        fails(self.serve(database, "--files", "/proc/self"), "/proc/self", "--files")

    def test_with_files_in_place_of_its_folders_is_refused(self, database, tmp_path):
        for name in "files", "incoming":
            folder = tmp_path / f"with-{name}"
            folder.mkdir()
            (folder / name).write_text("Dear diary")
            fails(self.serve(database, "--files", folder), str(folder), "--files")
            assert (folder / name).read_text() == "Dear diary"

    def test_makes_the_folders_that_are_missing(self, serve, database, tmp_path):
        folder = tmp_path / "a" / "b c" / "ü"
        serve("--files", folder)
        assert {path.name for path in folder.iterdir()} == {"files", "incoming"}
        # Nobody else on the machine looks into them.
        assert all(path.stat().st_mode & 0o077 == 0 for path in [folder, *folder.iterdir()])
        assert not Path(f"{database}-files").exists()

    def test_takes_the_folder_from_the_environment(self, serve, tmp_path):
        serve(STEWARD_FILES=str(tmp_path / "elsewhere"))
        assert (tmp_path / "elsewhere" / "files").is_dir()

    @pytest.mark.parametrize(
        ("arguments", "mention"),
        [
            (["--files", "ftp://x"], "ftp://x"),
            (["--files", "https://s3.example.com/bucket"], "https://s3.example.com/bucket"),
            (["--files", "s3://"], "s3://"),
            (["--files", "s3:bucket"], "s3:bucket"),
            (["--files", "s3:///folder"], "s3://"),
            (["--files", "s3://bucket/folder"], "s3://bucket/folder"),
            (["--files", "s3://No_Bucket"], "No_Bucket"),
            (["--files", "s3://ab"], "ab"),
            (["--files", "s3://user@bucket"], "s3://"),
            (["--files", "s3://bucket?colour=red"], "colour"),
            (["--files", "s3://bucket?region="], "region"),
            (["--files", "s3://bucket?region=Mars%2FOlympus"], "region"),
            (["--files", "s3://bucket?endpoint=s3.example.com"], "endpoint"),
            (["--files", "s3://bucket?endpoint=ftp%3A%2F%2Fs3.example.com"], "endpoint"),
            (["--files", "s3://bucket?endpoint=https%3A%2F%2Fs3.example.com%2Fbelow"], "endpoint"),
            (["--files", "s3://bucket?path-style=perhaps"], "path-style"),
            (["--files", "s3://bucket?upload=nowhere"], "upload"),
            (["--files", "s3://bucket", "--upload-form", "s3"], "--upload-form"),
            (["--upload-form", "ftp"], "ftp"),
            (["--upload-form", ""], "--upload-form"),
            (["--upload-form", "S3"], "S3"),
            (["--upload-limit", "many"], "many"),
            (["--upload-limit", "0"], "--upload-limit"),
            (["--upload-limit=-1"], "-1"),
            (["--upload-limit", ""], "--upload-limit"),
            (["--upload-limit", "1e9"], "1e9"),
            (["--upload-limit", "20 MB"], "20 MB"),
            (["--upload-limit", str(5 * 2**30 + 1)], str(5 * 2**30 + 1)),
            (["--upload-limit", str(2**64)], str(2**64)),
            (["--upload-quota-person", "many"], "many"),
            (["--upload-quota-person", "0"], "--upload-quota-person"),
            (["--upload-quota-account", ""], "--upload-quota-account"),
            (["--upload-quota-account=-1"], "-1"),
            (["--upload-extensions", "csv png"], "csv png"),
            (["--upload-extensions", "a/b"], "a/b"),
            (["--upload-extensions", "é"], "--upload-extensions"),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, list) else None,
    )
    def test_with_options_that_are_not_understood_is_wrong_usage(self, database, arguments, mention):
        keys = {"AWS_ACCESS_KEY_ID": "access", "AWS_SECRET_ACCESS_KEY": "a secret"}
        done = self.serve(database, *arguments, **keys)
        is_wrong_usage(done, mention)
        assert "a secret" not in done.stderr
        assert not database.exists(), "nothing is created for a command that is not understood"
        assert not Path(f"{database}-files").exists()

    @pytest.mark.parametrize(
        ("variable", "value"),
        [("FILES", "ftp://x"), ("UPLOAD_FORM", "ftp"), ("UPLOAD_LIMIT", "many"), ("UPLOAD_EXTENSIONS", "a/b"),
         ("UPLOAD_QUOTA_PERSON", "1 GB"), ("UPLOAD_QUOTA_ACCOUNT", "Off")])
    def test_with_variables_that_are_not_understood_is_wrong_usage(self, database, variable, value):
        is_wrong_usage(self.serve(database, **{f"STEWARD_{variable}": value}), value)
        assert not database.exists()

    @pytest.mark.parametrize(
        "keys",
        [{}, {"AWS_ACCESS_KEY_ID": "access"}, {"AWS_SECRET_ACCESS_KEY": "a secret"},
         {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "a secret"},
         {"AWS_ACCESS_KEY_ID": "access", "AWS_SECRET_ACCESS_KEY": ""}],
        ids=lambda keys: " ".join(keys) or "none")
    def test_with_a_bucket_and_without_keys_is_refused(self, database, keys):
        done = self.serve(database, "--files", "s3://bucket", **keys)
        fails(done, "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
        assert "a secret" not in done.stderr
        assert not database.exists(), "nothing is created where files could not be kept"

    def test_again_on_the_folder_of_before_finds_the_files(self, start_demo, serve):
        demo = start_demo("--rate-limit", "off")
        desk = Desk(demo)
        storage, uri = desk.storage(), desk.uri(CONTENT)
        length = len(form(*storage.parts(), file_part(CONTENT)))
        with connected(demo.server) as connection:
            connection.sendall(head(length, desk.token()) + form(*storage.parts(), file_part(CONTENT))[:-1])
            until(lambda: desk.incoming(), "a file begins to come in")
            demo.server.kill()
        again = serve("--rate-limit", "off", "--database", demo.folder / "demo.sqlite", port=demo.server.port)
        assert desk.client().session.get(uri, timeout=PATIENCE).content == CONTENT
        # A form that was given out before is good after, too.
        desk.server = demo.server = again
        answer = desk.put(storage, CONTENT)
        assert answer.status == 200, answer
        assert desk.note(answer.key)
