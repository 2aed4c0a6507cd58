"""Files on their way into a server and out of it: forms as the bytes that clients send, and what comes of them."""

import contextlib
import functools
import http.client
import itertools
import json
import re
import socket
import sqlite3
import xml.etree.ElementTree
from pathlib import Path
from urllib.parse import urlsplit

import requests

from steward import PATIENCE, until

# The one boundary that the official Ruby client has.
BOUNDARY = "0123456789ABLEWASIEREISAWELBA9876543210"
FILE_NAME = "${filename}"
BUCKETS = itertools.count(1)


class Answer:
    """What came back on a connection, as bytes."""

    def __init__(self, connection: socket.socket, method: str = "POST"):
        response = http.client.HTTPResponse(connection, method=method)
        response.begin()
        self.status, self.headers, self.body = response.status, response.headers, response.read()
        response.close()

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self):
        assert self.headers["Content-Type"].startswith("application/json"), self
        return json.loads(self.body)

    @property
    def key(self) -> str:
        """The key of an uploaded file, found as the Ruby client finds it."""
        if self.headers["Content-Type"].startswith("application/json"):
            answer = self.json()
            # A top-level message means to it that the call failed.
            assert "message" not in answer, self
            return answer["key"]
        assert not re.search("<Error>.*<Message>(.*)</Message>.*</Error>", self.text), self
        return re.search("<Key>(.*)</Key>", self.text)[1]

    @property
    def complaint(self) -> str:
        """Why an upload was refused, found as the Ruby client finds it."""
        if self.headers["Content-Type"].startswith("application/json"):
            return self.json()["message"]
        return re.search("<Error>.*<Message>(.*)</Message>.*</Error>", self.text)[1]

    def __repr__(self):
        return f"{self.status} {self.body[:500]!r}"


def exchange(server, *pieces: bytes) -> Answer:
    """Sends bytes, each piece for itself, and reads the answer."""
    with connected(server) as connection:
        # A server may answer, and close, before it has heard all.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for piece in pieces:
                connection.sendall(piece)
        return Answer(connection)


def connected(server) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def text_part(name: str, value: str | int) -> bytes:
    """A field as the Ruby client sends it."""
    return f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode()


def file_part(content: bytes, filename: str = "hello.txt", name: str = "file") -> bytes:
    """A file as the Ruby client sends it."""
    return (
        f'Content-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n").encode() + content


def form(*parts: bytes, boundary: str = BOUNDARY, end: bytes = b"") -> bytes:
    """A whole form; like the Ruby client's, it ends with its last boundary, and no line break follows."""
    line = b"--" + boundary.encode()
    return b"".join(line + b"\r\n" + part + b"\r\n" for part in parts) + line + b"--" + end


def head(length: int | None, *lines: str, path: str = "/v1/attachments", boundary: str = BOUNDARY) -> bytes:
    """The head of a call that posts a form; one without a length comes in chunks."""
    size = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
    lines = [
        f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Type: multipart/form-data; boundary={boundary}", size,
        *lines]
    return "\r\n".join([*lines, "", ""]).encode()


def chunk(piece: bytes) -> bytes:
    """A piece of a body that a server hands on as a piece, whatever the network makes of it."""
    return b"%x\r\n%b\r\n" % (len(piece), piece)


class Storage:
    """Where files may be sent, and with which fields, as a server answered it."""

    def __init__(self, answer: dict):
        self.answer = answer
        self.provider, self.uri = answer["provider"], answer["upload_uri"]
        self.fields = answer[self.provider]

    @property
    def path(self) -> str:
        return urlsplit(self.uri).path

    @property
    def folder(self) -> str:
        return self.fields["key"].removesuffix("/" + FILE_NAME)

    def parts(self, **changed) -> list[bytes]:
        """The fields as the Ruby client posts them: the type first, then all as they were given."""
        fields = {"Content-Type": "application/octet-stream", **self.fields, **changed}
        return [text_part(name, value) for name, value in fields.items() if value is not None]


class Desk:
    """A demo server, and the folder where its files lie."""

    def __init__(self, demo, folder=None):
        self.demo, self.server = demo, demo.server
        self.folder = folder or demo.folder / "demo.sqlite-files"

    @functools.cached_property
    def provider(self) -> str:
        """The manner in which it takes files."""
        return self.storage().provider

    @functools.cache
    def client(self, name: str = "Howard Tanner", account: str | None = None):
        return self.demo.client(name, account)

    def storage(self, name: str = "Howard Tanner", account: str | None = None) -> Storage:
        answer = self.client(name, account).get("/attachments/storage")
        assert answer.status_code == 200, answer.text
        return Storage(answer.json())

    def token(self, name: str = "Howard Tanner") -> str:
        return f"Authorization: Bearer {self.demo.tokens[name]}"

    def send(self, storage: Storage, body: bytes, *lines: str, name: str = "Howard Tanner") -> Answer:
        """Posts a form: with a token where the server takes it itself, and without one as S3 wants it."""
        if storage.provider == "local":
            lines += (self.token(name),)
        return exchange(self.server, head(len(body), *lines, path=storage.path), body)

    def put(
        self, storage: Storage, content: bytes, filename: str = "hello.txt", name: str = "Howard Tanner"
    ) -> Answer:
        """Posts a form with one file."""
        return self.send(storage, form(*storage.parts(), file_part(content, filename)), name=name)

    def upload(
        self, content: bytes = b"Hello, world!\n", filename: str = "hello.txt", name: str = "Howard Tanner",
        account: str | None = None
    ) -> str:
        """Uploads a file and answers its key."""
        storage = self.storage(name, account)
        lines = [f"X-4me-Account: {account}"] if account else []
        answer = self.send(storage, form(*storage.parts(), file_part(content, filename)), *lines, name=name)
        assert answer.status in (200, 201), answer
        return answer.key

    def request(self, name: str = "Howard Tanner", account: str | None = None, **fields) -> int:
        """Registers a request and answers its id."""
        body = {"subject": "With files", "category": "other", **fields}
        answer = self.client(name, account).post("/requests", body)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def note(self, *keys: str) -> list[dict]:
        """The files of a new note with these keys."""
        request = self.request(note="See the files.", note_attachments=[{"key": key} for key in keys])
        return self.client().get(f"/requests/{request}/note_attachments").json()

    def uri(self, content: bytes = b"Hello, world!\n", filename: str = "hello.txt") -> str:
        """The address at which a new file is read."""
        file, = self.note(self.upload(content, filename))
        return file["uri"]

    def stored(self) -> dict[str, int]:
        """How long each stored file is, by its key."""
        return {key: size for key, size in self._below("files").items() if not key.startswith("summaries/")}

    def incoming(self) -> dict[str, int]:
        """How much has come in of each file that is not whole yet."""
        return self._below("incoming")

    def _below(self, name: str) -> dict[str, int]:
        found = {}
        for path in (self.folder / name).rglob("*"):
            # It may go away meanwhile.
            with contextlib.suppress(FileNotFoundError):
                if path.is_file():
                    found[str(path.relative_to(self.folder / name))] = path.stat().st_size
        return found

    def content(self, key: str) -> bytes:
        return (self.folder / "files" / key).read_bytes()

    def rows(self) -> list[str]:
        """All that the database holds."""
        path = self.demo.folder / "demo.sqlite"
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", PATIENCE, uri=True)) as database:
            # When a token was last used is written down now and then, and so is that the server is well.
            beside = 'INSERT INTO "tokens"', 'INSERT INTO "heartbeats"'
            return [line for line in database.iterdump() if not line.startswith(beside)]

    @contextlib.contextmanager
    def unchanged(self):
        """Checks that nothing comes of what is done meanwhile: no file, no row, and no error of the server's."""
        # Summaries of what the demo's approvers are asked are made anew some seconds after the start.
        until(lambda: not any(row.startswith('INSERT INTO "jobs"') for row in self.rows()), "no work is left to do")
        stored, rows, length = self.stored(), self.rows(), len(self.server.log)
        yield
        until(lambda: not self.incoming(), "nothing unfinished is left behind")
        assert self.stored() == stored
        assert self.rows() == rows
        new = self.server.log[length:]
        assert " error " not in new and "status=5" not in new, new


def keys_of(gateway) -> dict[str, str]:
    """What a server needs to know to use a store."""
    return {"AWS_ACCESS_KEY_ID": gateway.access_key, "AWS_SECRET_ACCESS_KEY": gateway.secret_key}


class BucketDesk(Desk):
    """A demo server whose files are in a bucket of their own."""

    def __init__(self, start_demo, gateway, *arguments):
        self.gateway, self.bucket = gateway, f"files-{next(BUCKETS)}"
        self.address = gateway.create_bucket(self.bucket)
        super().__init__(start_demo("--rate-limit", "off", "--files", self.address, *arguments, **keys_of(gateway)))

    def stored(self):
        return [key for key in self.gateway.keys(self.bucket) if not key.startswith("summaries/")]

    def incoming(self):
        return []

    def content(self, key):
        return self.gateway.get(self.bucket, key)

    def post(self, storage: Storage, body: bytes, boundary=BOUNDARY):
        """Posts a form to the store itself."""
        kind = f"multipart/form-data; boundary={boundary}"
        return requests.post(storage.uri, body, headers={"Content-Type": kind}, timeout=PATIENCE)

    def put(self, storage, content, filename="hello.txt", **fields):
        return self.post(storage, form(*storage.parts(**fields), file_part(content, filename)))

    def upload(self, content: bytes = b"Hello, world!\n", filename="hello.txt", name="Howard Tanner", account=None):
        answer = self.put(self.storage(name, account), content, filename)
        assert answer.status_code == 201, answer.text
        return xml.etree.ElementTree.fromstring(answer.content).findtext("{*}Key")


def peak(server) -> int:
    """The most memory that a server ever had, in KiB."""
    return int(re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{server.process.pid}/status").read_text())[1])
