"""Clients that do not behave."""

import socket

from client import Client
from steward import PATIENCE, until


def test_a_client_that_goes_away_while_it_sends_is_no_error_of_the_server(howard, server):
    head = (
        f"POST /v1/requests HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {howard}\r\n"
        "Content-Length: 100\r\n\r\n{")
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as upload:
        upload.sendall(head.encode())
        # Answered after the head was read, so the other call is under way.
        assert Client(server, howard).get("/requests").json() == []
    until(lambda: "method=POST" in server.log, "the call that was broken off is logged")
    line = next(line for line in server.log.splitlines() if "method=POST" in line)
    assert " error " not in line and "status=500" not in line, line


def test_what_is_no_http_is_refused_and_hurts_nobody(howard, server):
    for nonsense in [b"garbage\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"]:
        with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
            connection.sendall(nonsense)
            connection.shutdown(socket.SHUT_WR)
            answer = connection.recv(65_536)
            assert not answer or answer.startswith(b"HTTP/1.1 400"), answer
    assert Client(server, howard).get("/me").status_code == 200
    assert " error " not in server.log


def test_a_body_that_is_too_large_is_refused_however_it_is_sent(howard, server):
    client = Client(server, howard)
    large = b'{"subject": "' + b"x" * (2 << 20) + b'", "category": "other"}'
    assert client.call("POST", "/requests", data=large).status_code == 413
    assert client.call("POST", "/requests", data=iter([large[:100], large[100:]])).status_code == 413
    assert client.get("/requests").json() == []
