"""People who write without pause, and what must be true of the database afterwards."""

import contextlib
import random
import threading
from concurrent.futures import ThreadPoolExecutor

import requests

from steward import PATIENCE

DEAD = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)

# How the database calls requests, among other kinds.
REQUEST = 6
TALLIES = (
    f"SELECT account, life_cycle, status, sum(total) FROM tallies WHERE resource = {REQUEST} GROUP BY 1, 2, 3"
    " HAVING sum(total) <> 0 ORDER BY 1, 2, 3")
COUNTS = "SELECT account, life_cycle, status, count(*) FROM requests GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
ROWS = "SELECT count(*) FROM requests"
AUDITED = f"SELECT count(DISTINCT record_id) FROM audit_lines WHERE kind = {REQUEST}"


class Writer:
    """Writes as fast as the server answers, and remembers what was answered."""

    def __init__(self, server, token, name, people):
        self.base = f"{server.origin}/v1"
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = f"Bearer {token}"
        self.random = random.Random(name)
        self.name = name
        self.people = people
        self.requests = {}
        self.notes = {}
        self.watches = {}
        self.statuses = {}
        self.complaints = []
        self.is_over = threading.Event()

    def run(self):
        """Writes until told to stop, or the server is dead: what was not answered may or may not be there."""
        number = 0
        with self.session, contextlib.suppress(*DEAD):
            while not self.is_over.is_set():
                self.write(number)
                number += 1

    def write(self, number):
        """Four calls: a request, a note, a watch, and the status of an older request."""
        subject = f"{self.name}, request {number}"
        request = self.send("POST", "/requests", {"subject": subject, "category": "other"}, 201)["id"]
        self.requests[request] = subject
        text = f"{self.name}, note {number}"
        note = self.send("POST", f"/requests/{request}/notes", {"text": text}, 201)["id"]
        self.notes[note] = (request, text)
        person = self.random.choice(self.people)
        watch = self.send("POST", f"/requests/{request}/watches", {"person_id": person}, 200)["id"]
        self.watches[watch] = (request, person)
        older = self.random.choice(list(self.requests))
        # From here on the status may be either, until the answer says which.
        self.statuses.pop(older, None)
        status = self.random.choice(["declined", "in_progress", "completed"])
        body = {"status": status, "completion_reason": "solved" if status == "completed" else None}
        self.statuses[older] = self.send("PATCH", f"/requests/{older}", body, 200)["status"]

    def send(self, verb, path, body, status):
        response = self.session.request(verb, self.base + path, json=body, timeout=PATIENCE)
        if response.status_code != status:
            self.complaints.append((verb, path, response.status_code, response.text))
        return response.json()


@contextlib.contextmanager
def at_work(writers):
    """Lets the writers write, each in a thread, for the time of the block; afterwards none may have a complaint."""
    threads = [threading.Thread(target=writer.run) for writer in writers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for writer in writers:
            writer.is_over.set()
        for thread in threads:
            thread.join(2 * PATIENCE)
    assert not any(thread.is_alive() for thread in threads)
    assert not [complaint for writer in writers for complaint in writer.complaints]


def written(writers):
    return sum(len(writer.requests) + len(writer.notes) + len(writer.watches) for writer in writers)


def check_answered_writes(client, writers):
    """Every answered write is there, asked for one by one."""

    def check(request, subject, notes, watches, status):
        record = client.get(f"/requests/{request}").json()
        assert record["subject"] == subject
        if status:
            assert record["status"] == status
        found = {note["id"]: note["text"] for note in client.get(f"/requests/{request}/notes").json()}
        assert notes.items() <= found.items()
        found = {watch["id"]: watch["person"]["id"] for watch in client.get(f"/requests/{request}/watches").json()}
        assert watches.items() <= found.items()

    with ThreadPoolExecutor(4) as pool:
        checks = []
        for writer in writers:
            notes, watches = {}, {}
            for note, (request, text) in writer.notes.items():
                notes.setdefault(request, {})[note] = text
            for watch, (request, person) in writer.watches.items():
                watches.setdefault(request, {})[watch] = person
            for request, subject in writer.requests.items():
                checks.append(
                    pool.submit(
                        check, request, subject, notes.get(request, {}), watches.get(request, {}),
                        writer.statuses.get(request)))
        for done in checks:
            done.result()


def check_the_counts(client, query):
    """What is counted beside the rows agrees with the rows, and so do the totals of lists.

    `query` answers the rows of a statement as texts, values parted by `|`."""
    assert query(TALLIES) == query(COUNTS)
    rows, = query(ROWS)
    # A request never stands without the line that says who registered it.
    assert query(AUDITED) == [rows]

    def total(path):
        return int(client.get(path).headers["X-Pagination-Total-Entries"])

    active, = query(ROWS + " WHERE life_cycle = 0")
    assert total("/requests") == total("/requests/open") + total("/requests/completed") == int(active)
    assert sum(1 for _ in client.everything("/requests?fields=id")) == int(active)
