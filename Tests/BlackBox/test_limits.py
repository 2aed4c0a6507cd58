"""What one client takes of a server: bytes of answers, lengths of links, threads that scan."""

import contextlib
import json
import random
import re
import socket
import sqlite3
from collections import Counter
from pathlib import Path

import pytest

from client import Client
from load import COUNTS, REQUEST, TALLIES
from steward import PATIENCE, until
from test_connections import NAME, call, hear

OTHER = "Ellen Brown"

LARGE = 100
LARGE_BYTES = 60_000
# A page that a link leads to ends with the entry that takes it past this. One that may be counted by number is whole.
PAGE_BYTES = 1 << 20
LARGE_PAGE = "/requests?fields=custom_fields&per_page=100&page=1"

READERS = 60
# A few are answered before there are too many; the first answers are in the making at the same time.
MOST_READERS = 10
MOST_MEGABYTES = 200

# So many requests that looking at each takes longer than to ask for it.
ROWS = 100_000
SCAN = "/requests?grouping=none&sort=-category,subject"
ANOTHER_SCAN = "/requests?impact=!low&sort=subject"

# The most values that a list is filtered by.
VALUES = 500
# Proxies take a header of 4 KB for certain.
LINK_BYTES = 4_096


def walk(client: Client, url: str, relation: str) -> list:
    """All pages as the links lead, as answers."""
    pages = []
    while url:
        page = client.get(url.removeprefix(client.base))
        assert page.status_code == 200, page.text
        assert len(page.headers.get("Link", "")) <= LINK_BYTES
        pages.append(page)
        url = page.links.get(relation, {}).get("url")
    return pages


def ids(*pages) -> list[int]:
    return [entry["id"] for page in pages for entry in page.json()]


def there_and_back(client: Client, path: str) -> list:
    """All pages of a list, which are the same forwards and backwards."""
    pages = walk(client, path, "next")
    assert len(pages) > 1
    back = walk(client, pages[-1].links["prev"]["url"], "prev")
    assert ids(*reversed(back)) == ids(*pages[:-1])
    return pages


@pytest.fixture(scope="module")
def large(start_demo):
    """A demo with many requests that are long."""
    demo = start_demo("--rate-limit", "off")
    client = demo.client(NAME)
    field = {"id": "text", "value": "x" * LARGE_BYTES}
    for number in range(LARGE):
        body = {"subject": f"Large {number}", "category": "other", "custom_fields": [field]}
        assert client.post("/requests", body).status_code == 201
    return demo


class TestPagesOfLongEntries:
    @pytest.fixture
    def numbered(self, large):
        """The ids of all requests, in the order of the list, as pages by number give them."""
        client = large.client(NAME)
        pages = [client.get(f"/requests?fields=custom_fields&per_page=100&page={number}") for number in (1, 2)]
        assert [int(page.headers["X-Pagination-Total-Pages"]) for page in pages] == [2, 2]
        assert len(pages[0].json()) == 100
        return ids(*pages)

    def test_end_early_and_lead_on(self, large, numbered):
        pages = there_and_back(large.client(NAME), "/requests?fields=custom_fields&per_page=50")
        assert ids(*pages) == numbered
        assert len(set(numbered)) == int(pages[0].headers["X-Pagination-Total-Entries"]) > LARGE
        sizes = [len(page.content) for page in pages[1:]]
        assert max(sizes) < PAGE_BYTES + LARGE_BYTES + 1_000
        # They do not end earlier than they must.
        assert sizes[0] >= PAGE_BYTES

    def test_are_slices_when_they_are_counted_by_number(self, large, numbered):
        client = large.client(NAME)
        for number in range(1, len(numbered) // 30 + 2):
            page = client.get(f"/requests?fields=custom_fields&per_page=30&page={number}")
            assert ids(page) == numbered[(number - 1) * 30:number * 30]

    def test_are_not_made_without_end_for_readers_who_do_not_read(self, large):
        before = memory(large.server)
        client, other = large.client(NAME), large.client(OTHER)
        with contextlib.ExitStack() as stuck:
            readers = [stuck.enter_context(reading(large, LARGE_PAGE)) for _ in range(READERS)]
            answers = [heads(reader) for reader in readers]
            statuses = Counter(status for status, _ in answers)
            assert 1 <= statuses[200] <= MOST_READERS, statuses
            assert statuses[200] + statuses[503] == READERS, statuses
            assert all("retry-after" in fields for status, fields in answers if status == 503)
            # Others are not told to wait, nor is this person for little.
            assert [who.get("/requests?per_page=5").status_code for who in (client, other)] == [200, 200]
            assert other.get(LARGE_PAGE).status_code == 200
        assert memory(large.server) - before < MOST_MEGABYTES
        until(lambda: client.session.get(client.base + LARGE_PAGE).status_code == 200, "what they held is given back")


@contextlib.contextmanager
def reading(demo, path: str):
    """A connection that asks for something, and on which next to nothing is taken in."""
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        connection.settimeout(PATIENCE)
        connection.connect(("127.0.0.1", demo.server.port))
        connection.sendall(call(demo.tokens[NAME], f"/v1{path}"))
        yield connection


def heads(connection: socket.socket) -> tuple[int, str]:
    """The status and the header fields of an answer, of which little more is read."""
    heard = b""
    while b"\r\n\r\n" not in heard:
        piece = connection.recv(500)
        assert piece, "the server closed"
        heard += piece
    return int(heard[9:12]), heard.decode().lower()


def memory(server) -> int:
    """The most memory that a server ever had, in megabytes."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) // 1_024


@pytest.fixture(scope="module")
def many(start_demo):
    """A demo with very many requests, of which Howard registered all."""
    demo = start_demo("--rate-limit", "off")
    body = {"subject": "The first", "category": "incident", "impact": "low"}
    first = demo.client(NAME).post("/requests", body).json()["id"]
    with contextlib.closing(sqlite3.connect(demo.folder / "demo.sqlite", PATIENCE)) as database, database:
        multiply(database, first)
        assert database.execute(TALLIES).fetchall() == database.execute(COUNTS).fetchall()
    return demo


def multiply(database: sqlite3.Connection, first: int) -> None:
    """Copies a request, each copy with a subject, a category and an impact of its own."""
    chosen = {
        "id": "(SELECT max(id) FROM requests) + n", "subject": "'Request ' || (n * 7919 % 1000003)",
        "category": "10 + 10 * (n % 9)", "impact": "10 + 10 * (n % 4)",
    }
    columns = [row[1] for row in database.execute("PRAGMA table_info(requests)")]
    database.execute(
        "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)"
        f" INSERT INTO requests ({', '.join(columns)})"
        f" SELECT {', '.join(chosen.get(column, column) for column in columns)}"
        " FROM numbers CROSS JOIN requests WHERE id = ? ORDER BY n", (ROWS, first))
    database.execute(
        "UPDATE tallies SET total = total + ? WHERE (resource, account, life_cycle, status, shard) IN ("
        " SELECT t.resource, t.account, t.life_cycle, t.status, min(t.shard) FROM tallies t JOIN requests r"
        " ON t.account = r.account AND t.life_cycle = r.life_cycle AND t.status = r.status"
        " WHERE r.id = ? AND t.resource = ? GROUP BY 1, 2, 3, 4)", (ROWS, first, REQUEST))


class TestListsByLongQueries:
    @pytest.fixture
    def chosen(self, many):
        """As many ids as can be given, from all over the table and in no order."""
        with contextlib.closing(sqlite3.connect(many.folder / "demo.sqlite")) as database:
            rows = database.execute("SELECT id FROM requests WHERE subject LIKE 'Request %'").fetchall()
        return random.Random(1).sample([row for row, in rows], VALUES)

    @pytest.mark.parametrize("order", ["", "&sort=subject", "&sort=-impact,id"])
    def test_are_linked_by_short_links(self, many, chosen, order):
        given = ",".join(map(str, chosen))
        pages = there_and_back(many.client(NAME), f"/requests?ids={given}&per_page=100&fields=subject{order}")
        assert len(pages) == VALUES / 100
        assert sorted(ids(*pages)) == sorted(chosen)
        assert all(list(entry) == ["id", "subject"] for page in pages for entry in page.json())

    def test_lead_on_where_they_are_sorted_by_long_texts(self, many, chosen):
        """Links both ways would be longer than what proxies take; what leads on stays."""
        client = many.client(NAME)
        made = []
        for number in range(5):
            body = {"subject": f"{number} {'長い件名' * 60}", "category": "other"}
            made.append(client.post("/requests", body).json()["id"])
        given = ",".join(map(str, chosen[:VALUES - 10] + made))
        pages = walk(client, f"/requests?ids={given}&category=other&sort=subject&per_page=2", "next")
        assert ids(*pages)[:5] == made
        assert len(set(ids(*pages))) == int(pages[0].headers["X-Pagination-Total-Entries"]) > 5

    def test_are_refused_when_they_are_too_long_to_be_linked(self, many):
        for path in f"/requests?subject={'x' * 5_000}", f"/requests?subject=!{'x' * 5_000}&per_page=1":
            answer = many.client(NAME).get(path)
            assert answer.status_code == 400
            assert "too long" in answer.json()["message"]


class TestScans:
    def test_of_clients_who_left_are_not_made(self, many):
        howard, length = many.client(NAME).get("/me").json()["id"], len(many.server.log)
        for _ in range(30):
            with socket.create_connection(("127.0.0.1", many.server.port), timeout=PATIENCE) as connection:
                connection.sendall(call(many.tokens[NAME], f"/v1{SCAN}"))
        assert many.client(OTHER).get(ANOTHER_SCAN).status_code == 200

        def calls():
            lines = many.server.log[length:].splitlines()
            return [line for line in lines if f" path=/v1/requests person={howard} " in line]

        until(lambda: len(calls()) == 30, "all calls are over")
        made = [line for line in calls() if "status=200" in line]
        assert len(made) <= 5, made

    def test_of_one_person_leave_threads_for_others(self, many):
        with contextlib.ExitStack() as asked:
            connections = []
            for _ in range(40):
                connection = asked.enter_context(
                    socket.create_connection(("127.0.0.1", many.server.port), timeout=PATIENCE))
                connections.append((connection, asked.enter_context(connection.makefile("rb"))))
            for connection, _ in connections:
                connection.sendall(call(many.tokens[NAME], f"/v1{SCAN}"))
            other = many.client(OTHER)
            assert [other.get(ANOTHER_SCAN).status_code for _ in range(3)] == [200] * 3
            answers = [hear(file) for _, file in connections]
        assert {answer.status for answer in answers} == {200, 503}
        refused = [answer for answer in answers if answer.status == 503]
        assert all(answer.headers["Retry-After"] and json.loads(answer.body)["message"] for answer in refused)
        assert many.client(NAME).get(SCAN).status_code == 200
