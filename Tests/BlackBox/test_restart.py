"""What was answered stays, and what the command line changes is followed while the server runs."""

import signal
import socket
import time

from client import Client
from steward import PATIENCE, until


def test_what_was_answered_is_there_after_a_restart(howard, serve):
    server = serve("--rate-limit", "off")
    client = Client(server, howard)
    request = client.post("/requests", {"subject": "Keep this", "category": "incident", "impact": "low"}).json()["id"]
    assert client.post(f"/requests/{request}/notes", {"text": "Written before the restart"}).status_code == 201
    me = client.get("/me").json()["id"]
    assert client.post(f"/requests/{request}/watches", {"person_id": me}).status_code == 200
    assert client.patch(f"/requests/{request}", {"status": "in_progress"}).status_code == 200
    for number in range(3):
        assert client.post("/requests", {"subject": f"Filler {number}", "category": "other"}).status_code == 201
    paths = [
        f"/requests/{request}", f"/requests/{request}/notes", f"/requests/{request}/watches",
        f"/requests/{request}/audit", "/requests", "/requests/open", "/me", "/account",
    ]

    def seen(client):
        answers = [client.get(path) for path in paths]
        assert all(answer.status_code == 200 for answer in answers)
        return [
            (answer.json(), answer.headers["ETag"], answer.headers.get("X-Pagination-Total-Entries"))
            for answer in answers]

    before = seen(client)
    second_page = client.get("/requests?per_page=2").links["next"]["url"].removeprefix(client.base)
    rest = client.get(second_page).json()
    assert len(rest) == 2
    server.stop()

    again = Client(serve("--rate-limit", "off", port=server.port), howard)
    assert again.description.document == client.description.document
    after = seen(again)
    # The origin stands in no answer but the account's, and the port is the same.
    assert after == before
    assert again.get(second_page).json() == rest, "a place in a list outlives the server"


def test_a_token_revoked_by_the_command_line_stops_within_two_seconds(howard, steward, server):
    second = steward("token", "create", "--person", "howard@widget.example")
    first_client, second_client = Client(server, howard), Client(server, second)
    assert first_client.get("/me").status_code == second_client.get("/me").status_code == 200
    steward("token", "revoke", 2)
    until(lambda: second_client.get("/me").status_code == 401, "a revoked token is refused", 3)
    assert first_client.get("/me").status_code == 200


def test_a_role_changed_by_the_command_line_counts_within_two_seconds(howard, steward, server):
    steward("person", "create", "--account", "wna", "--name", "Tom Waters", "--email", "tom@widget.example")
    tom = Client(server, steward("token", "create", "--person", "tom@widget.example"))
    request = Client(server, howard).post("/requests", {"subject": "Not for all", "category": "other"}).json()["id"]

    def answer():
        return tom.get(f"/requests/{request}").status_code

    assert answer() == 404
    steward("person", "role", "--person", "tom@widget.example", "--grant", "auditor")
    until(lambda: answer() == 200, "a role that was given counts", 3)
    assert tom.patch(f"/requests/{request}", {"subject": "Changed"}).status_code == 403
    steward("person", "role", "--person", "tom@widget.example", "--revoke", "auditor")
    until(lambda: answer() == 404, "a role that was taken no longer counts", 3)


def test_an_answer_to_a_change_shows_what_the_command_line_changed(howard, steward, server):
    steward("person", "create", "--account", "wna", "--name", "Tom Waters", "--email", "tom@widget.example")
    client = Client(server, howard)
    tom = client.get("/people?primary_email=tom@widget.example").json()[0]["id"]
    path = "/requests/" + str(
        client.post("/requests", {"subject": "His", "category": "other", "requested_for_id": tom}).json()["id"])
    assert "disabled" not in client.patch(path, {"urgent": True}).json()["requested_for"]
    steward("person", "disable", "tom@widget.example")
    # The writing connection follows at once, the reading ones within two seconds.
    assert client.patch(path, {"urgent": False}).json()["requested_for"]["disabled"] is True
    until(lambda: "disabled" in client.get(path).json()["requested_for"], "the change is read", 3)


def is_refused(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_call_in_flight_is_answered_before_the_server_ends(howard, serve):
    server = serve()
    body = b'{"subject": "Sent slowly", "category": "other"}'
    head = (
        f"POST /v1/requests HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nAuthorization: Bearer {howard}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n")
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as upload:
        upload.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        upload.sendall(head.encode() + body[:10])
        # Another call has been answered since, so the server has read what was sent before.
        assert Client(server, howard).get("/requests").json() == []
        server.process.send_signal(signal.SIGTERM)
        until(lambda: is_refused(server.port), "no new connection is taken")
        for byte in body[10:]:
            upload.sendall(bytes([byte]))
        answer = b""
        while chunk := upload.recv(65_536):
            answer += chunk
    assert answer.startswith(b"HTTP/1.1 201 "), answer
    server.stop()
    assert "stopped" in server.log
    assert [record["subject"] for record in Client(serve(), howard).get("/requests").json()] == ["Sent slowly"]


def test_an_idle_connection_does_not_hold_up_the_end(howard, serve):
    server = serve()
    client = Client(server, howard)
    assert client.get("/me").status_code == 200
    start = time.monotonic()
    server.stop()
    assert time.monotonic() - start < 5


def test_an_upload_that_stands_still_does_not_hold_up_the_end_forever(howard, serve):
    server = serve()
    head = (
        f"POST /v1/requests HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {howard}\r\n"
        "Content-Length: 100\r\n\r\n{")
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as upload:
        upload.sendall(head.encode())
        assert Client(server, howard).get("/requests").json() == []
        server.stop()
