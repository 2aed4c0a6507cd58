"""Several servers work on one PostgreSQL database as if they were one."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from client import Client
from load import COUNTS, ROWS, TALLIES, Writer, at_work, check_answered_writes, check_the_counts, written
from steward import Server, free_port, until

# How long what one process changed may take to count in another (the promise of docs/operations.md).
FOLLOWING_SECONDS = 2
WORK_SECONDS = 4
CONNECTIONS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")


@pytest.fixture
def database(postgres_database):
    return postgres_database


@pytest.fixture
def query(cluster, database):
    """Asks the test's database itself."""
    return lambda sql: cluster.query(sql, database.rpartition("/")[2])


@pytest.fixture
def nodes(serve, howard):
    """Two servers on the test's database."""
    return [serve("--rate-limit", "off", "--log-level", "warning", port=free_port()) for _ in range(2)]


@pytest.fixture
def clients(nodes, howard):
    """Howard's client of each node."""
    return [Client(node, howard) for node in nodes]


@pytest.fixture
def hire(steward):
    """Makes a person and answers the id."""

    def hire(name, *arguments):
        return int(
            steward(
                "person", "create", "--account", "wna", "--name", name, "--email", f"{name}@widget.example".lower(),
                *arguments))

    return hire


def at_once(*calls):
    """What the calls answer when they are made at the same moment."""
    start = threading.Barrier(len(calls))

    def make(call):
        start.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(make, calls))


def new_request(client, **fields):
    answer = client.post("/requests", {"subject": "Watched", "category": "other", **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def follows(condition, what, since=None):
    """Checks that something comes true in time, counted from now or from the moment `since`."""
    since = since or time.monotonic()
    until(condition, what)
    assert time.monotonic() - since <= FOLLOWING_SECONDS, f"too late: {what}"


def test_ten_nodes_started_at_once_on_an_empty_database_share_it(tmp_path, database, query):
    ports = [free_port() for _ in range(10)]
    servers = [Server(tmp_path / f"{port}", "--port", port, "--database", database) for port in ports]
    try:
        for server, port in zip(servers, ports):
            server.wait_until_it_listens(port)
        steps, = query("SELECT count(*), count(DISTINCT number), max(number) FROM migrations")
        rows, numbers, newest = steps.split("|")
        assert rows == numbers == newest
        assert query("SELECT count(*) FROM secrets") == ["1"]
    finally:
        Server.stop_all(servers)


def test_a_place_in_a_list_given_by_one_node_is_understood_by_the_other(clients):
    here, there = clients
    made = [new_request(here) for _ in range(5)]
    path, seen = "/requests?per_page=2&sort=id&fields=id", []
    for client, other in [(here, there), (there, here), (here, there)]:
        page = client.get(path)
        assert page.status_code == 200, page.text
        assert page.json() == other.get(path).json()
        seen += [record["id"] for record in page.json()]
        path = page.links["next"]["url"].removeprefix(client.base) if "next" in page.links else None
    assert path is None and seen == made


class Watcher:
    """Adds and removes watches that others add and remove at the same time."""

    def __init__(self, client, seed, requests, people, known):
        self.client, self.requests, self.people, self.known = client, requests, people, known
        self.random = random.Random(seed)
        self.answers = {}
        self.complaints = []
        self.is_over = threading.Event()

    def run(self):
        try:
            while not self.is_over.is_set():
                self.change(self.random.choice(self.requests))
        except Exception as complaint:
            self.complaints.append(repr(complaint))

    def change(self, request):
        path = f"/requests/{request}/watches"
        choice = self.random.random()
        if choice < 0.6:
            answer = self.client.post(path, {"person_id": self.random.choice(self.people)})
            if answer.status_code == 200:
                self.known[request].append(answer.json()["id"])
            else:
                self.expect(answer, 422)
                errors = answer.json().get("errors")
                if errors != [["person", "Person has already been taken"]]:
                    self.complaints.append(answer.text)
        elif choice < 0.95 and self.known[request]:
            # Others know of it too, and may be faster.
            watch = self.random.choice(self.known[request][-3:])
            answer = self.client.call("DELETE", f"{path}/{watch}")
            self.expect(answer, 204, 404)
        else:
            answer = self.client.call("DELETE", path)
            self.expect(answer, 204)
        outcome = (answer.request.method, answer.status_code)
        self.answers[outcome] = self.answers.get(outcome, 0) + 1

    def expect(self, answer, *statuses):
        if answer.status_code not in statuses:
            self.complaints.append((answer.request.method, answer.url, answer.status_code, answer.text))


def replay(lines):
    """Who watches a request, as its audit lines tell from the first to the last."""
    watching = set()
    for line in sorted(lines, key=lambda line: line["id"]):
        if "watches" not in line["changes"]:
            continue
        before, after = ({person["id"] for person in people} for people in line["changes"]["watches"])
        assert before - after <= watching, f"removed without having been added: {line}"
        assert not (after - before) & watching, f"added twice: {line}"
        watching = watching - before | after
    return watching


def test_watches_added_and_removed_at_both_nodes_agree_with_the_audit_and_with_who_sees_what(
    nodes, howard, clients, hire, steward, query
):
    people = [hire(name) for name in ["Ann", "Bob", "Cay"]]
    tokens = [steward("token", "create", "--person", f"{name}@widget.example") for name in ["ann", "bob", "cay"]]
    requests = [new_request(clients[0]) for _ in range(3)]
    known = {request: [] for request in requests}
    watchers = [Watcher(Client(nodes[i % 2], howard), i, requests, people, known) for i in range(8)]
    with at_work(watchers):
        time.sleep(WORK_SECONDS)

    answers = {}
    for watcher in watchers:
        for outcome, count in watcher.answers.items():
            answers[outcome] = answers.get(outcome, 0) + count
    print(answers)
    assert {("POST", 200), ("POST", 422), ("DELETE", 204), ("DELETE", 404)} <= answers.keys()
    assert query("SELECT 1 FROM watches GROUP BY subject_id, person_id HAVING count(*) > 1") == []
    for request in requests:
        by_list = [
            [watch["person"]["id"] for watch in client.everything(f"/requests/{request}/watches")]
            for client in clients]
        assert by_list[0] == by_list[1]
        assert len(by_list[0]) == len(set(by_list[0]))
        assert replay(clients[0].everything(f"/requests/{request}/audit")) == set(by_list[0])
        for person, token in zip(people, tokens):
            for node in nodes:
                status = Client(node, token).get(f"/requests/{request}").status_code
                assert status == (200 if person in by_list[0] else 404)


class Clerk:
    """Registers requests, and changes the status and place of whatever requests there are."""

    def __init__(self, client, seed, known):
        self.client, self.known = client, known
        self.random = random.Random(seed)
        self.complaints = []
        self.is_over = threading.Event()

    def run(self):
        try:
            while not self.is_over.is_set():
                self.change()
        except Exception as complaint:
            self.complaints.append(repr(complaint))

    def change(self):
        choice = self.random.random()
        if choice < 0.3 or not self.known:
            self.known.append(new_request(self.client))
            return
        path = f"/requests/{self.random.choice(self.known[-20:])}"
        if choice < 0.8:
            status = self.random.choice(["declined", "in_progress", "completed", "completed"])
            reason = "solved" if status == "completed" else None
            # Somebody else may have put it away.
            self.expect(self.client.patch(path, {"status": status, "completion_reason": reason}), 200, 403, 404, 422)
        else:
            move = self.random.choice(["archive", "trash", "restore"])
            # It may be open again, or there already.
            self.expect(self.client.post(f"{path}/{move}", {}), 200, 403, 404, 422)

    def expect(self, answer, *statuses):
        if answer.status_code not in statuses:
            self.complaints.append((answer.request.method, answer.url, answer.status_code, answer.text))


def test_requests_changed_at_both_nodes_are_counted_right(nodes, howard, clients, query):
    known = []
    clerks = [Clerk(Client(nodes[i % 2], howard), i, known) for i in range(8)]
    with at_work(clerks):
        time.sleep(WORK_SECONDS)
    assert query(TALLIES) == query(COUNTS)
    assert query(ROWS) == [str(len(known))]
    assert len({line.split("|")[1] for line in query(COUNTS)}) == 3, "some are active, archived and trashed"
    print(f"{len(known)} requests, {query('SELECT count(*) FROM audit_lines')[0]} changes")
    for client in clients:
        check_the_counts(client, query)


def test_what_one_node_answered_is_there_at_the_other(nodes, howard, clients, hire, query):
    people = [hire(name) for name in ["Ann", "Bob", "Cay"]]
    writers = [Writer(nodes[i % 2], howard, f"Thread {i}", people) for i in range(6)]
    with at_work(writers):
        time.sleep(WORK_SECONDS / 2)
        until(lambda: all(writer.statuses for writer in writers), "every thread has written")
    check_answered_writes(clients[1], writers[0::2])
    check_answered_writes(clients[0], writers[1::2])
    for client in clients:
        check_the_counts(client, query)
    print(f"{written(writers)} answered writes")


def test_an_address_taken_at_both_nodes_at_once_is_given_once(clients, query):
    for number in range(20):
        # The same to whoever ignores case.
        emails = [f"New.{number}@widget.example", f"new.{number}@Widget.Example"]
        answers = at_once(*(
            lambda client=client, email=email: client.post("/people", {"name": email, "primary_email": email})
            for client, email in zip(clients, emails)))
        assert sorted(answer.status_code for answer in answers) == [201, 422], [answer.text for answer in answers]
        refused = next(answer for answer in answers if answer.status_code == 422)
        assert [field for field, _ in refused.json()["errors"]] == ["primary_email"]
    assert query("SELECT count(*) FROM people WHERE email_folded LIKE 'new.%'") == ["20"]


def test_of_changes_to_the_same_version_of_a_request_one_is_made(nodes, howard, clients):
    everybody = [Client(nodes[i % 2], howard) for i in range(6)]
    path = f"/requests/{new_request(clients[0])}"
    for number in range(15):
        tag = clients[0].get(path).headers["ETag"]
        assert clients[1].get(path).headers["ETag"] == tag

        def change(client, subject):
            return lambda: client.call("PATCH", path, json={"subject": subject}, headers={"If-Match": tag})

        answers = at_once(*(change(client, f"{number}, by {i}") for i, client in enumerate(everybody)))
        assert sorted(answer.status_code for answer in answers) == [200] + [412] * 5, [
            answer.text for answer in answers]
        made = next(answer for answer in answers if answer.status_code == 200).json()
        assert all(client.get(path).json() == made for client in clients)
    lines = list(clients[0].everything(path + "/audit"))
    assert len(lines) == 1 + 15, "nothing but the changes that were answered"


class TestWhatTheCommandLineChangesCountsAtEveryNode:
    def test_a_revoked_token(self, nodes, steward, clients):
        token = steward("token", "create", "--person", "howard@widget.example")
        others = [Client(node, token) for node in nodes]
        assert [other.get("/me").status_code for other in others] == [200, 200]
        steward("token", "revoke", 2)
        since = time.monotonic()
        for other in others:
            follows(lambda: other.get("/me").status_code == 401, "a revoked token is refused", since)
        for other, client in zip(others, clients):
            assert {other.get("/me").status_code for _ in range(20)} == {401}
            assert client.get("/me").status_code == 200

    def test_a_role(self, nodes, steward, hire, clients):
        hire("Tom", "--role", "auditor")
        token = steward("token", "create", "--person", "tom@widget.example")
        path = f"/requests/{new_request(clients[0])}"
        toms = [Client(node, token) for node in nodes]
        assert [tom.get(path).status_code for tom in toms] == [200, 200]
        for option, status in [("--revoke", 404), ("--grant", 200)]:
            steward("person", "role", "--person", "tom@widget.example", option, "auditor")
            since = time.monotonic()
            for tom in toms:
                follows(lambda: tom.get(path).status_code == status, f"{option} counts", since)
            for tom in toms:
                assert {tom.get(path).status_code for _ in range(20)} == {status}

    def test_a_disabled_person(self, nodes, steward, hire):
        hire("Tom")
        token = steward("token", "create", "--person", "tom@widget.example")
        toms = [Client(node, token) for node in nodes]
        assert [tom.get("/me").status_code for tom in toms] == [200, 200]
        for command, status in [("disable", 401), ("enable", 200)]:
            steward("person", command, "tom@widget.example")
            since = time.monotonic()
            for tom in toms:
                follows(lambda: tom.get("/me").status_code == status, f"{command} counts", since)
            for tom in toms:
                assert {tom.get("/me").status_code for _ in range(20)} == {status}


def test_a_new_name_is_shown_in_the_lists_of_the_other_node(nodes, howard, clients, hire):
    here, there = clients
    person = hire("Tom")
    for _ in range(5):
        new_request(here, requested_for_id=person)
    readers = [Client(nodes[1], howard) for _ in range(8)]

    def names(client):
        records = client.get("/requests?fields=id,requested_for").json()
        return {record["requested_for"]["name"] for record in records}

    def read():
        return set().union(*at_once(*(lambda reader=reader: names(reader) for reader in readers)))

    # Several at once, so that several connections remember the name.
    for _ in range(5):
        assert read() == {"Tom"}
    assert here.patch(f"/people/{person}", {"name": "Thomas"}).status_code == 200
    since = time.monotonic()
    assert names(here) == {"Thomas"}
    follows(lambda: names(there) == {"Thomas"}, "the new name is shown", since)
    time.sleep(max(0, since + FOLLOWING_SECONDS - time.monotonic()))
    for _ in range(10):
        assert read() == {"Thomas"}


def test_a_node_opens_no_more_connections_than_it_may(serve, howard, hire, query):
    server = serve("--rate-limit", "off", "--connections", 2)
    writers = [Writer(server, howard, f"Thread {i}", [hire(f"P{i}")]) for i in range(8)]
    with at_work(writers):
        most = 0
        until(lambda: all(writer.statuses for writer in writers), "every thread has written")
        for _ in range(20):
            most = max(most, int(query(CONNECTIONS)[0]))
            Client(server, howard).get("/requests?sort=subject")
    # Four read what may take long, one follows the other processes.
    assert 2 <= most <= 2 + 5


def test_each_node_counts_calls_by_itself(serve, howard):
    clients = [Client(serve("--rate-limit", "5/h,5/2s"), howard) for _ in range(2)]
    for client in clients:
        answers = [client.get("/me") for _ in range(6)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429]
        assert [answer.headers["X-RateLimit-Remaining"] for answer in answers[:5]] == ["4", "3", "2", "1", "0"]
        assert int(answers[5].headers["Retry-After"]) > 2
