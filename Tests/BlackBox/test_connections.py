"""Clients that do not behave, and what HTTP asks of a server that meets them."""

import contextlib
import http.client
import json
import socket
from typing import NamedTuple

import pytest

from attachments import BOUNDARY, chunk, connected
from client import Client
from hostile import head
from steward import PATIENCE, binary, until

NAME = "Howard Tanner"
BODY = b'{"subject": "The printer is out of paper", "category": "other"}'
# What an address, and all header fields together, may be long.
LONGEST = 80 << 10
PIECE = b" " * (64 << 10)
# What a client may get rid of before it is cut off: what the server reads, and what lies in between.
MOST = 100 << 20
# The same where a whole file could be.
MOST_OF_A_FORM = 256 << 20


class Heard(NamedTuple):
    """One answer of several on a connection."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


def hear(file) -> Heard | None:
    """The next answer; nothing when the server has closed."""
    try:
        line = file.readline()
        if not line:
            return None
        headers = http.client.parse_headers(file)
        return Heard(int(line.split()[1]), headers, file.read(int(headers.get("Content-Length", 0))))
    except ConnectionResetError:
        return None


@contextlib.contextmanager
def talk(server, said: bytes = b""):
    """A connection on which something was said, and what is heard on it."""
    with connected(server) as connection, connection.makefile("rb") as file:
        connection.sendall(said)
        yield connection, file


def call(token: str | None, path: str = "/v1/me", version: str = "1.1", verb: str = "GET", **fields) -> bytes:
    """A whole request without a body, or the head of one."""
    said = head(verb, path, token, **fields) + b"\r\n"
    return said.replace(b"HTTP/1.1", f"HTTP/{version}".encode(), 1)


def is_refused(heard: Heard | None, status: int) -> None:
    """Checks an answer behind which the connection is closed."""
    assert heard and heard.status == status, heard
    assert heard.headers["Content-Type"].startswith("application/json"), heard
    assert json.loads(heard.body)["message"]
    assert heard.headers["X-Request-Id"]
    assert heard.headers["Connection"] == "close"


@pytest.fixture
def token(demo):
    return demo.tokens[NAME]


def test_a_client_that_goes_away_while_it_sends_is_no_error_of_the_server(howard, server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as upload:
        upload.sendall(call(howard, "/v1/requests", verb="POST", Content_Length=100) + b"{")
        # Answered after the head was read, so the other call is under way.
        assert Client(server, howard).get("/requests").json() == []
    until(lambda: "method=POST" in server.log, "the call that was broken off is logged")
    line = next(line for line in server.log.splitlines() if "method=POST" in line)
    assert " error " not in line and "status=500" not in line, line


def test_a_body_that_is_too_large_is_refused_however_it_is_sent(howard, server):
    client = Client(server, howard)
    large = b'{"subject": "' + b"x" * (2 << 20) + b'", "category": "other"}'
    assert client.call("POST", "/requests", data=large).status_code == 413
    assert client.call("POST", "/requests", data=iter([large[:100], large[100:]])).status_code == 413
    assert client.get("/requests").json() == []


class TestAnAnswerAndThen:
    @pytest.mark.parametrize(
        ("version", "fields"),
        [("1.1", {"Connection": "close"}), ("1.1", {"Connection": "Close"}), ("1.1", {"Connection": "TE, CLOSE"}),
         ("1.0", {}), ("1.0", {"Connection": "close"})],
        ids=str)
    def test_the_connection_is_closed_for_whoever_asks_for_it(self, demo, token, version, fields):
        with talk(demo.server, call(token, version=version, **fields)) as (_, file):
            answer = hear(file)
            assert answer.status == 200 and answer.headers["Connection"] == "close"
            assert hear(file) is None

    def test_another_is_given_to_an_old_client_that_asks_for_it(self, demo, token):
        with talk(demo.server) as (connection, file):
            for _ in range(2):
                connection.sendall(call(token, version="1.0", Connection="Keep-Alive"))
                answer = hear(file)
                assert answer.status == 200 and answer.headers["Connection"] == "keep-alive"

    def test_another_is_given_to_everybody_else(self, demo, token):
        with talk(demo.server) as (connection, file):
            for _ in range(2):
                connection.sendall(call(token))
                answer = hear(file)
                assert answer.status == 200 and answer.headers["Connection"] is None


GET = "GET /v1/me HTTP/1.1\r\nHost: a\r\n"
WRONG = {
    "garbage": (400, "garbage\r\n\r\n"),
    "another version": (400, "GET / HTTP/9.9\r\n\r\n"),
    "HTTP/2": (400, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    "two lengths": (400, f"{GET}Content-Length: 1\r\nContent-Length: 2\r\n\r\n"),
    "no host": (400, "GET /v1/me HTTP/1.1\r\n\r\n"),
    "two hosts": (400, f"{GET}Host: b\r\n\r\n"),
    "one host twice": (400, f"{GET}hOST: a\r\n\r\n"),
    "a second host that is empty": (400, f"{GET}X: x\r\nHost:\r\n\r\n"),
    "two hosts in one": (400, "GET /v1/me HTTP/1.1\r\nHost: a, a\r\n\r\n"),
    "two hosts in an older version": (400, "GET /v1/me HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"),
    "a host that is none": (400, "GET /v1/me HTTP/1.1\r\nHost: a/b@c\r\n\r\n"),
    "a long address": (414, f"GET /v1/me?x={'x' * LONGEST} HTTP/1.1\r\nHost: a\r\n\r\n"),
    "a very long address": (414, f"GET /v1/me?x={'x' * 4 * LONGEST} HTTP/1.1\r\nHost: a\r\n\r\n"),
    "a long field": (431, f"{GET}X: {'x' * LONGEST}\r\n\r\n"),
    "a very long field": (431, f"{GET}X: {'x' * 4 * LONGEST}\r\n\r\n"),
    "long fields": (431, f"{GET}{('X: ' + 'x' * 1_000 + chr(13) + chr(10)) * 100}\r\n"),
    "many fields": (431, GET + "X: x\r\n" * 2_000 + "\r\n"),
}


class TestWhatIsNoCall:
    @pytest.mark.parametrize("wrong", WRONG)
    def test_is_told_what_is_wrong_and_the_connection_closed(self, demo, token, wrong):
        status, said = WRONG[wrong]
        length = len(demo.server.log)
        with talk(demo.server, said.encode()) as (connection, file):
            is_refused(hear(file), status)
            # The server waits a little for what is under way to it; there is nothing.
            connection.shutdown(socket.SHUT_WR)
            assert hear(file) is None
        assert " error " not in demo.server.log[length:]

    def test_is_closed_also_when_the_client_stays(self, demo):
        with talk(demo.server, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03") as (_, file):
            is_refused(hear(file), 400)
            assert hear(file) is None

    @pytest.mark.parametrize("wrong", WRONG)
    def test_does_not_take_the_answers_of_calls_before_it(self, demo, token, wrong):
        status, said = WRONG[wrong]
        # All are sent at once: the wrong one is read before the others are answered.
        before = call(token) + call(token, "/v1/nothing")
        with talk(demo.server, before + said.encode()) as (connection, file):
            assert [hear(file).status, hear(file).status] == [200, 404]
            connection.shutdown(socket.SHUT_WR)
            # The connection may end with the last good answer; what is answered is answered well.
            if last := hear(file):
                # Where a line begins in the middle of what came in at once, too long is all that is known of it.
                is_refused(last, last.status if {last.status, status} == {414, 431} else status)
                assert hear(file) is None

    def test_is_not_what_is_just_short_enough(self, demo, token):
        for said in call(token, f"/v1/me?x={'x' * (LONGEST - 2_000)}"), call(token, X="x" * (LONGEST - 2_000)):
            with talk(demo.server, said) as (_, file):
                assert hear(file).status == 200


class TestAClientThatAsksWhetherToSend:
    @pytest.mark.parametrize(
        ("status", "is_known", "path", "length"),
        [(401, False, "/v1/requests", len(BODY)), (404, True, "/v1/nothing", len(BODY)),
         (405, True, "/v1/me", len(BODY)), (413, True, "/v1/requests", 100_000_000),
         (413, True, "/v1/attachments", 5_000_000_000)])
    def test_is_refused_by_the_head(self, demo, token, status, is_known, path, length):
        said = call(
            token if is_known else "nobody's", path, verb="POST", Content_Length=length, Expect="100-continue",
            Content_Type=f"multipart/form-data; boundary={BOUNDARY}")
        with talk(demo.server, said) as (_, file):
            is_refused(hear(file), status)

    @pytest.mark.parametrize("expect", ["100-continue", "100-Continue"])
    def test_is_told_to_when_the_head_is_good(self, demo, token, expect):
        said = call(token, "/v1/requests", verb="POST", Content_Length=len(BODY), Expect=expect)
        with talk(demo.server, said) as (connection, file):
            assert hear(file).status == 100
            connection.sendall(BODY)
            assert hear(file).status == 201

    def test_is_not_told_to_when_it_is_too_old_to_understand(self, demo, token):
        """RFC 9110, section 10.1.1."""
        said = call(token, "/v1/requests", "1.0", "POST", Content_Length=len(BODY), Expect="100-continue")
        with talk(demo.server, said + BODY) as (_, file):
            assert hear(file).status == 201


def pours(connection: socket.socket, piece: bytes, most: int) -> bool:
    """Whether so many bytes can be got rid of, piece by piece, before the server closes."""
    try:
        for _ in range(most // len(piece)):
            connection.sendall(piece)
        return True
    except ConnectionError:
        return False


REFUSED = pytest.mark.parametrize(
    ("status", "is_known", "path"),
    [(404, True, "/v1/nothing"), (404, False, "/v1/nothing"), (401, False, "/v1/requests")])


class TestABodyThatIsNotWanted:
    @REFUSED
    def test_does_not_hide_the_answer_from_a_client_that_sends_first(self, demo, token, status, is_known, path):
        body = b" " * (1 << 20)
        said = call(token if is_known else None, path, verb="POST", Content_Length=len(body))
        with talk(demo.server, said + body) as (_, file):
            assert hear(file).status == status

    @REFUSED
    def test_is_not_read_without_end(self, demo, token, status, is_known, path):
        said = call(token if is_known else None, path, verb="POST", Transfer_Encoding="chunked")
        with talk(demo.server, said + chunk(PIECE)) as (connection, file):
            assert hear(file).status == status
            is_all_read = pours(connection, chunk(PIECE), MOST)
            assert not is_all_read

    @pytest.mark.parametrize("is_known", [True, False])
    @pytest.mark.parametrize("place", ["before its first part", "behind its last"])
    def test_is_not_read_without_end_where_a_form_may_be(self, demo, token, is_known, place):
        said = call(
            token if is_known else None, "/v1/attachments", verb="POST", Transfer_Encoding="chunked",
            Content_Type=f"multipart/form-data; boundary={BOUNDARY}")
        if place == "behind its last":
            said += chunk(f"--{BOUNDARY}--\r\n".encode())
        with talk(demo.server, said) as (connection, _):
            is_all_read = pours(connection, chunk(PIECE), MOST_OF_A_FORM)
            assert not is_all_read


def test_more_connections_than_descriptors_hurt_nobody_who_was_let_in(howard, serve, tmp_path, monkeypatch):
    program = tmp_path / "steward"
    program.write_text(f'#!/bin/sh\nulimit -n 400\nexec "{binary()}" "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("STEWARD_BINARY", str(program))
    server = serve("--rate-limit", "off")
    client = Client(server, howard)
    assert client.get("/me").status_code == 200
    with contextlib.ExitStack() as idle:
        first = [idle.enter_context(talk(server)) for _ in range(50)]
        for connection, file in first:
            connection.sendall(call(howard))
            assert hear(file).status == 200
        for _ in range(600):
            connection = idle.enter_context(socket.socket())
            connection.setblocking(False)
            # Most wait until they are let in; nobody waits for that here.
            connection.connect_ex(("127.0.0.1", server.port))
        for connection, file in first:
            # Writing and sorting need files of their own.
            assert client.post("/requests", {"subject": "Let in", "category": "other"}).status_code == 201
            assert client.get("/requests?impact=!low&sort=subject").status_code == 200
            connection.sendall(call(howard))
            assert hear(file).status == 200
    assert Client(server, howard).get("/me").status_code == 200
    assert "status=5" not in server.log
