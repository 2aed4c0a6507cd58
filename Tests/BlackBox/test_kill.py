"""The server is killed under load, as by a power cut. Whatever it answered before is there afterwards."""

import random
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from client import Client
from steward import PATIENCE, until

THREADS = 8
ROUNDS = 3
LOAD_SECONDS = 2


class Writer:
    """Writes as fast as the server answers, and remembers what was answered."""

    def __init__(self, server, token, name, people):
        self.base = f"{server.origin}/v1"
        self.headers = {"Authorization": f"Bearer {token}"}
        self.name = name
        self.people = people
        self.requests = {}
        self.notes = {}
        self.watches = {}
        self.statuses = {}
        self.complaints = []

    def run(self):
        random_numbers = random.Random(self.name)
        with requests.Session() as session:
            session.trust_env = False
            session.headers.update(self.headers)

            def send(verb, path, body, status):
                response = session.request(verb, self.base + path, json=body, timeout=PATIENCE)
                if response.status_code != status:
                    self.complaints.append((verb, path, response.status_code, response.text))
                return response.json()

            try:
                for number in range(1_000_000):
                    subject = f"{self.name}, request {number}"
                    request = send("POST", "/requests", {"subject": subject, "category": "other"}, 201)["id"]
                    self.requests[request] = subject
                    text = f"{self.name}, note {number}"
                    note = send("POST", f"/requests/{request}/notes", {"text": text}, 201)["id"]
                    self.notes[note] = (request, text)
                    person = random_numbers.choice(self.people)
                    watch = send("POST", f"/requests/{request}/watches", {"person_id": person}, 200)["id"]
                    self.watches[watch] = (request, person)
                    older = random_numbers.choice(list(self.requests))
                    # From here on the status may be either, until the answer says which.
                    self.statuses.pop(older, None)
                    status = random_numbers.choice(["declined", "in_progress", "completed"])
                    body = {"status": status, "completion_reason": "solved" if status == "completed" else None}
                    self.statuses[older] = send("PATCH", f"/requests/{older}", body, 200)["status"]
            except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError):
                # The server is dead: what was not answered may or may not be there.
                return


def load_and_kill(server, token, people, round_number):
    writers = [Writer(server, token, f"Round {round_number}, thread {i}", people) for i in range(THREADS)]
    threads = [threading.Thread(target=writer.run) for writer in writers]
    for thread in threads:
        thread.start()
    time.sleep(LOAD_SECONDS)
    until(lambda: all(writer.statuses for writer in writers), "every thread has written")
    server.kill()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    assert not [complaint for writer in writers for complaint in writer.complaints]
    assert all(writer.requests and writer.notes and writer.watches and writer.statuses for writer in writers)
    return writers


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


def check_the_file(client, database):
    """The file is sound, and what is counted beside the rows agrees with the rows."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        tallies = connection.execute(
            "SELECT account, life_cycle, status, sum(total) FROM tallies GROUP BY 1, 2, 3 HAVING sum(total) <> 0"
            " ORDER BY 1, 2, 3").fetchall()
        counts = connection.execute(
            "SELECT account, life_cycle, status, count(*) FROM requests GROUP BY 1, 2, 3 ORDER BY 1, 2, 3").fetchall()
        assert tallies == counts
        rows, = connection.execute("SELECT count(*) FROM requests").fetchone()
        # A request never stands without the line that says who registered it.
        audited, = connection.execute(
            "SELECT count(DISTINCT record_id) FROM audit_lines WHERE kind ="
            " (SELECT DISTINCT resource FROM tallies)").fetchone()
        assert audited == rows
    finally:
        connection.close()
    assert int(client.get("/requests").headers["X-Pagination-Total-Entries"]) == rows
    by_list = sum(
        int(client.get(f"/requests/{name}").headers["X-Pagination-Total-Entries"]) for name in ["open", "completed"])
    assert by_list == rows
    assert sum(1 for _ in client.everything("/requests?fields=id")) == rows


@pytest.mark.timeout(240)
def test_no_answered_write_is_lost_when_the_server_is_killed(howard, steward, serve, database):
    people = [
        int(steward("person", "create", "--account", "wna", "--name", f"P{i}", "--email", f"p{i}@widget.example"))
        for i in range(5)]
    killed = []
    for round_number in range(ROUNDS):
        server = serve("--rate-limit", "off", "--log-level", "info")
        killed.append(load_and_kill(server, howard, people, round_number))
        again = serve("--rate-limit", "off", "--log-level", "info")
        client = Client(again, howard)
        check_answered_writes(client, killed[-1])
        check_the_file(client, database)
        again.stop()
    written = sum(len(writer.requests) + len(writer.notes) + len(writer.watches) for round in killed for writer in round)
    print(f"{written} answered writes")
