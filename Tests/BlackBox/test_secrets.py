"""Tokens and passwords are shown to nobody but the one who made them."""

import pytest

from client import Client

PASSWORD = "correct horse battery staple"


def everything_written(server, database):
    """What the server logged and printed, and the bytes of the database's files."""
    files = [path for path in database.parent.iterdir() if path.name.startswith(database.name) and path.is_file()]
    assert database in files
    return [server.log_file.read_bytes(), server.output_file.read_bytes(), *[path.read_bytes() for path in files]]


@pytest.mark.parametrize("level", ["info", "trace"])
def test_neither_the_log_nor_the_database_holds_a_token_or_password(level, steward, howard, serve, database):
    steward(
        "person", "create", "--account", "wna", "--name", "Ellen Brown", "--email", "ellen@widget.example",
        "--login", "ellen", "--password-stdin", text=PASSWORD + "\n")
    server = serve("--rate-limit", "off", "--log-level", level)
    client = Client(server, howard)
    assert client.get("/me").status_code == 200
    assert client.get(f"/requests?access_token={howard}").status_code == 400
    assert client.get(f"/requests?fields={howard}").status_code == 400
    assert client.post("/requests", {"subject": "", "token": howard, "password": PASSWORD}).status_code == 422
    assert client.get("/me", headers={"Authorization": f"Basic {howard}"}).status_code == 401
    assert client.get("/me", headers={"Authorization": f"Bearer {howard}x"}).status_code == 401
    assert client.get("/me", headers={"X-4me-Account": howard}).status_code == 403
    assert client.get("/me", headers={"Referer": f"https://widget.example/?token={howard}"}).status_code == 200
    # While the server runs, what it wrote last is in the write-ahead log.
    for text in everything_written(server, database):
        assert howard.encode() not in text
        assert PASSWORD.encode() not in text
    server.stop()
    for text in everything_written(server, database):
        assert howard.encode() not in text
        assert PASSWORD.encode() not in text


def test_a_failing_call_is_not_answered_with_the_token(howard, server):
    client = Client(server, howard)
    for answer in [
        client.get(f"/requests?access_token={howard}"),
        client.get("/me", headers={"X-4me-Account": howard}),
        client.get("/me", headers={"Authorization": f"Bearer {howard}x"}),
    ]:
        assert howard not in answer.text
