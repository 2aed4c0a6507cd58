"""Clients that are slow. Some are waited for, and some are not for ever. What is tried here takes a minute, so all are
slow at the same time."""

import io
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from attachments import BOUNDARY, connected
from steward import PATIENCE
from test_connections import NAME, call, hear, is_refused

pytestmark = pytest.mark.timeout(240)

# Past this a connection is closed that stands still; one that is slow is not.
SLOW_SECONDS = 65
# How long a client trickles at most: longer than a body may take, shorter than a connection may stand still.
TRICKLE_SECONDS = 50

ENTRIES = 100
ENTRY_BYTES = 60_000
PAGE = "/requests?fields=custom_fields&per_page="
# What a slow reader takes in a second. Neither page is read by the time a connection that stands still is closed; of
# the one that is counted by number there is so much left that no buffer of the system holds it.
PAGES = {"behind a link": 10_000, "by number": 30_000}

FORM = {"Content_Type": f"multipart/form-data; boundary={BOUNDARY}"}
TRICKLES = {
    "a body": (408, dict(path="/v1/requests", Content_Length=1_000_000)),
    "a body in chunks": (408, dict(path="/v1/requests", Transfer_Encoding="chunked")),
    "a form": (408, dict(path="/v1/attachments", Content_Length=1_000_000, **FORM)),
    "what is not wanted": (404, dict(path="/v1/nothing", Content_Length=1_000_000)),
}


def trickle(server, said: bytes, byte: bytes) -> tuple[bytes, bool]:
    """Goes on to say the same now and then. Gives what was heard meanwhile, and whether the server closed."""
    heard, end = b"", time.monotonic() + TRICKLE_SECONDS
    with connected(server) as connection:
        connection.sendall(said)
        connection.settimeout(1)
        try:
            while time.monotonic() < end:
                connection.sendall(byte)
                try:
                    piece = connection.recv(65_536)
                except TimeoutError:
                    continue
                if not piece:
                    return heard, True
                heard += piece
        except ConnectionError:
            return heard, True
    return heard, False


def read_slowly(server, said: bytes, bytes_a_second: int) -> tuple[int, int]:
    """Reads an answer a little every second for a time, and the rest at once. Gives how much it was of how much."""
    read, end = 0, time.monotonic() + SLOW_SECONDS
    with socket.socket() as connection:
        # The system takes in little by itself.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        connection.settimeout(PATIENCE)
        connection.connect(("127.0.0.1", server.port))
        connection.sendall(said)
        with connection.makefile("rb", buffering=0) as file:
            status, length = file.readline(), 0
            assert b"200" in status, status
            while (line := file.readline().lower()) != b"\r\n":
                if line.startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            while read < length:
                is_slow = time.monotonic() < end
                piece = connection.recv(min(bytes_a_second if is_slow else 65_536, length - read))
                if not piece:
                    break
                read += len(piece)
                if is_slow:
                    time.sleep(1)
    return read, length


@pytest.fixture(scope="module")
def slow(start_demo):
    """What becomes of all of them, by name."""
    demo = start_demo("--rate-limit", "off")
    client, token = demo.client(NAME), demo.tokens[NAME]
    field = {"id": "text", "value": "x" * ENTRY_BYTES}
    for number in range(ENTRIES):
        body = {"subject": f"Large {number}", "category": "other", "custom_fields": [field]}
        assert client.post("/requests", body).status_code == 201
    with ThreadPoolExecutor(len(TRICKLES) + len(PAGES)) as pool:
        begun = {}
        for name, (_, fields) in TRICKLES.items():
            byte = b"1\r\nx\r\n" if "Transfer_Encoding" in fields else b" "
            begun[name] = pool.submit(trickle, demo.server, call(token, verb="POST", **fields), byte)
        link = client.get(f"{PAGE}50").links["next"]["url"].removeprefix(client.base)
        for (name, speed), path in zip(PAGES.items(), [link, f"{PAGE}{ENTRIES}"]):
            begun[name] = pool.submit(read_slowly, demo.server, call(token, f"/v1{path}"), speed)
        yield begun
    assert " error " not in demo.server.log


@pytest.mark.parametrize("name", TRICKLES)
def test_a_trickle_is_not_listened_to_for_ever(slow, name):
    status, _ = TRICKLES[name]
    heard, is_closed = slow[name].result()
    assert is_closed
    file = io.BytesIO(heard)
    answer = hear(file)
    assert answer.status == status and hear(file) is None, heard
    if status == 408:
        is_refused(answer, 408)


@pytest.mark.parametrize("name", PAGES)
def test_a_reader_who_reads_slowly_gets_the_whole_page(slow, name):
    read, length = slow[name].result()
    assert length > 1_000_000
    assert read == length
