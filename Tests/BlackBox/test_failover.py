"""The database goes away, or does not answer in time. Clients are told so, nothing that was answered is lost, and the
server works on as soon as it can."""

import itertools
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from client import Client
from load import Writer, at_work, check_answered_writes, check_the_counts, written
from postgres import USER
from steward import PATIENCE, run, until
from test_command_failures import fails

WRITERS = 6
# How long after the database is there again the server may take to notice.
RECOVERY_SECONDS = 10
# Limits of one read, one write, one commit, and of the wait for a connection.
READ_SECONDS, WRITE_SECONDS, COMMIT_SECONDS, WAIT_SECONDS = 5, 10, 10, 5
# What a limit may be overrun by on a busy machine.
SLACK_SECONDS = 3
UNKNOWN = (
    "The database went away while this change was being committed: it was made, or it was not. "
    "Look before you repeat it.")


def is_refusal(answer):
    """Whether nothing was done and the call may be repeated."""
    return answer.status_code == 503 and "Retry-After" in answer.headers and answer.json() == {
        "message": "Service Unavailable"}


def health(server):
    return requests.get(f"{server.origin}/healthz", timeout=PATIENCE)


def is_unknown(answer):
    """Whether the outcome is not known."""
    return answer.status_code == 503 and "Retry-After" not in answer.headers and answer.json() == {"message": UNKNOWN}


class Refused(Exception):
    pass


class PatientWriter(Writer):
    """A writer who goes on when the database is away, and remembers what was refused and what is not known."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.answered = []
        self.refused = []
        self.unknown = []

    def run(self):
        with self.session:
            for number in itertools.count():
                if self.is_over.is_set():
                    return
                try:
                    self.write(number)
                except Refused:
                    # As clients do; the header asks for a second, but then fewer would meet the moment of the failure.
                    time.sleep(0.05)
                except Exception as complaint:
                    self.complaints.append(repr(complaint))
                    return

    def send(self, verb, path, body, status):
        response = self.session.request(verb, self.base + path, json=body, timeout=PATIENCE)
        if response.status_code == status:
            self.answered.append(time.monotonic())
            return response.json()
        if is_refusal(response):
            self.refused.append((path, body))
        elif is_unknown(response):
            self.unknown.append((path, body))
        else:
            self.complaints.append((verb, path, response.status_code, dict(response.headers), response.text))
        raise Refused


def outage(writers, since):
    """The longest time from `since` on in which no write was answered."""
    times = sorted(moment for writer in writers for moment in writer.answered if moment >= since)
    return max(later - earlier for earlier, later in itertools.pairwise([since, *times]))


def check_refused_writes(query, writers):
    """What was refused was not done, and what may have been done was done once at most."""
    subjects = query("SELECT subject FROM requests")
    assert len(subjects) == len(set(subjects))
    texts = query("SELECT text FROM notes")
    assert len(texts) == len(set(texts))
    made = {*subjects, *texts}
    for writer in writers:
        for path, body in writer.refused:
            assert body.get("subject", body.get("text")) not in made, (path, body)


def report(what, writers, since):
    print(
        f"\n{what}: {written(writers)} writes answered, {sum(len(writer.refused) for writer in writers)} refused, "
        f"{sum(len(writer.unknown) for writer in writers)} not known; "
        f"{outage(writers, since):.2f} s without an answered write")


@pytest.fixture
def name():
    """The name of the test's database."""
    return "steward"


@pytest.fixture
def primary(make_cluster):
    """A running server of the test's own."""
    return make_cluster().start()


@pytest.fixture
def database(primary, name):
    return primary.create_database(name)


@pytest.fixture
def people(howard, steward):
    return [
        int(steward("person", "create", "--account", "wna", "--name", f"P{i}", "--email", f"p{i}@widget.example"))
        for i in range(3)]


@pytest.fixture
def request_path(howard, server):
    """Where a request of Howard's is."""
    answer = Client(server, howard).post("/requests", {"subject": "As it was", "category": "other"})
    return f"/requests/{answer.json()['id']}"


def work(writers):
    until(lambda: all(writer.statuses for writer in writers), "every thread has written")


class TestWithAReplica:
    """A primary that waits for its replica at every commit."""

    @pytest.fixture
    def primary(self, make_cluster):
        return make_cluster(durable=True).start()

    @pytest.fixture
    def replica(self, primary, request):
        replica = primary.replica(None, "replica", "synchronous_standby_names=''")
        request.addfinalizer(replica.remove)
        replica.start()
        primary.query("ALTER SYSTEM SET synchronous_standby_names = 'replica'")
        primary.query("SELECT pg_reload_conf()")
        self.wait_for(primary)
        return replica

    @staticmethod
    def wait_for(primary):
        until(
            lambda: primary.query("SELECT sync_state FROM pg_stat_replication") == ["sync"], "the replica follows")

    @pytest.fixture
    def database(self, primary, replica, name):
        primary.create_database(name)
        hosts = [str(cluster.folder).replace("/", "%2F") for cluster in (primary, replica)]
        return f"postgres://{USER}@{hosts[0]}:{primary.port},{hosts[1]}:{replica.port}/{name}"

    @pytest.mark.timeout(180)
    def test_a_failover_loses_no_answered_write_and_needs_no_restart(
        self, primary, replica, howard, people, server, name
    ):
        writers = [PatientWriter(server, howard, f"Thread {i}", people) for i in range(WRITERS)]
        with at_work(writers):
            work(writers)
            since = time.monotonic()
            primary.stop("immediate")
            until(lambda: any(writer.refused for writer in writers), "the outage is noticed")
            replica.promote()
            promoted = time.monotonic()
            until(
                lambda: all(writer.answered[-1] > promoted for writer in writers), "every thread writes again",
                RECOVERY_SECONDS)
            time.sleep(1)
        report("failover", writers, since)
        client = Client(server, howard)
        check_answered_writes(client, writers)
        check_refused_writes(lambda sql: replica.query(sql, name), writers)
        check_the_counts(client, lambda sql: replica.query(sql, name))

    def test_a_write_that_the_replica_does_not_confirm_is_not_answered_as_done(
        self, primary, replica, howard, server, request_path
    ):
        writer, reader = Client(server, howard), Client(server, howard)
        replica.stop("immediate")
        with ThreadPoolExecutor(1) as pool:
            since = time.monotonic()
            waiting = pool.submit(writer.patch, request_path, {"subject": "Changed"})
            reads = 0
            while not waiting.done():
                assert reader.get("/requests").status_code == health(server).status_code == 200
                reads += 1
                time.sleep(0.05)
            took = time.monotonic() - since
            assert is_unknown(waiting.result()), waiting.result().text
        assert COMMIT_SECONDS - 1 <= took <= COMMIT_SECONDS + SLACK_SECONDS
        assert reads > 20, "reads go on meanwhile"
        # The primary has it; only the replica may not.
        assert reader.get(request_path).json()["subject"] == "Changed"
        replica.start()
        self.wait_for(primary)
        assert writer.patch(request_path, {"subject": "Changed again"}).status_code == 200
        assert reader.get(request_path).json()["subject"] == "Changed again"

    def test_a_write_cut_off_in_its_commit_is_neither_answered_as_done_nor_repeated(
        self, primary, replica, howard, server, request_path, name
    ):
        client = Client(server, howard)
        others = [Client(server, howard) for _ in range(4)]
        replica.stop("immediate")
        with ThreadPoolExecutor(5) as pool:
            writes = [pool.submit(client.patch, request_path, {"subject": "Changed"})]
            for number, other in enumerate(others):
                body = {"subject": f"New {number}", "category": "other"}
                writes.append(pool.submit(other.post, "/requests", body))
            # All of them wait for the replica.
            until(
                lambda: primary.query("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'") >= ["5"],
                "the commits wait")
            primary.stop("immediate")
            for write in writes:
                assert is_unknown(write.result()), write.result().text
        # The replica has heard of none of them.
        replica.start()
        replica.promote()
        until(lambda: health(server).ok, "the server is well", RECOVERY_SECONDS)
        assert client.get(request_path).json()["subject"] == "As it was"
        assert [record["subject"] for record in client.everything("/requests")] == ["As it was"]
        check_the_counts(client, lambda sql: replica.query(sql, name))


@pytest.mark.parametrize("mode", ["immediate", "fast"])
def test_a_server_works_on_when_its_database_was_restarted(mode, primary, howard, people, server, name):
    client = Client(server, howard)
    assert client.get("/me").status_code == 200
    writers = [PatientWriter(server, howard, f"Thread {i}", people) for i in range(WRITERS)]
    with at_work(writers):
        work(writers)
        since = time.monotonic()
        primary.stop(mode)
        for _ in range(5):
            for answer in [
                health(server), client.get("/requests"), client.get("/me"),
                client.post("/requests", {"subject": "Not now", "category": "other"}),
            ]:
                assert is_refusal(answer), (answer.status_code, answer.text)
            time.sleep(0.1)
        primary.start()
        started = time.monotonic()
        until(lambda: health(server).ok, "the server is well again", RECOVERY_SECONDS)
        until(lambda: all(writer.answered[-1] > started for writer in writers), "every thread writes again")
    report(f"restart of the database ({mode})", writers, since)
    assert "Not now" not in primary.query("SELECT subject FROM requests", name)
    check_answered_writes(client, writers)
    check_refused_writes(lambda sql: primary.query(sql, name), writers)
    check_the_counts(client, lambda sql: primary.query(sql, name))
    assert "the database is away" in server.log and "the database is there again" in server.log


@pytest.mark.timeout(120)
def test_a_database_that_stands_still_holds_up_neither_the_clients_nor_the_end_of_the_server(primary, howard, server):
    client = Client(server, howard)
    assert client.get("/me").status_code == 200
    with primary.standing_still():
        # Past the deadline the server is asked to stop the statement; it does not answer that either.
        assert is_refusal(client.get("/people"))
        assert health(server).status_code == 503
    until(lambda: health(server).ok, "the server works on", RECOVERY_SECONDS)
    with primary.standing_still():
        assert is_refusal(client.get("/people"))
        server.stop()


class TestConnectionsThatAreCut:
    """An administrator ends sessions; the database is there all the time."""

    @pytest.fixture
    def cut(self, primary, name):
        return lambda: primary.query(
            f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}' AND pid <> "
            "pg_backend_pid()")

    def test_nobody_notices_it_of_idle_ones(self, cut, howard, server):
        clients = [Client(server, howard) for _ in range(4)]
        path = f"/requests/{clients[0].post('/requests', {'subject': 'New', 'category': 'other'}).json()['id']}"
        for number in range(3):
            with ThreadPoolExecutor(4) as pool:
                # Several connections lie idle.
                assert {answer.status_code for answer in pool.map(lambda client: client.get(path), clients)} == {200}
            assert cut()
            assert clients[0].get(path).status_code == 200
            assert cut()
            assert clients[0].patch(path, {"subject": f"Changed {number}"}).status_code == 200
            assert cut()
            assert health(server).ok
        lines = clients[0].get(path + "/audit").json()
        assert len(lines) == 1 + 3, "each change was made once"

    def test_no_answered_write_is_lost_with_busy_ones(self, cut, primary, howard, people, server, name):
        writers = [PatientWriter(server, howard, f"Thread {i}", people) for i in range(WRITERS)]
        with at_work(writers):
            work(writers)
            since = time.monotonic()
            for _ in range(5):
                time.sleep(0.2)
                assert cut()
            last = time.monotonic()
            until(lambda: all(writer.answered[-1] > last for writer in writers), "every thread writes again")
        report("sessions ended", writers, since)
        client = Client(server, howard)
        check_answered_writes(client, writers)
        check_refused_writes(lambda sql: primary.query(sql, name), writers)
        check_the_counts(client, lambda sql: primary.query(sql, name))


class TestStartingWithoutTheDatabase:
    @pytest.fixture
    def primary(self, make_cluster):
        """A server that is not running yet."""
        return make_cluster()

    @pytest.fixture
    def database(self, primary):
        return primary.url()

    def test_a_server_waits_for_it(self, primary, serve, steward):
        server = serve(is_healthy=False)
        assert "waiting for the database" in server.log
        for verb, path in [
            ("GET", "/healthz"), ("GET", "/"), ("GET", "/v1"), ("GET", "/v1/openapi.json"), ("GET", "/v1/me"),
            ("GET", "/nowhere"), ("POST", "/v1/requests"), ("DELETE", "/v1/requests/1/watches"),
        ]:
            answer = requests.request(
                verb, server.origin + path, json={}, headers={"Authorization": "Bearer unknown"}, timeout=PATIENCE)
            assert is_refusal(answer), (verb, path, answer.text)
            assert answer.headers["X-Request-Id"]
        assert requests.head(f"{server.origin}/healthz", timeout=PATIENCE).status_code == 503
        primary.start()
        until(lambda: health(server).ok, "the server is well", RECOVERY_SECONDS)
        assert "the database is there" in server.log
        steward("account", "create", "wna", "Widget North America")
        steward("person", "create", "--account", "wna", "--name", "Ann", "--email", "ann@widget.example")
        client = Client(server, steward("token", "create", "--person", "ann@widget.example"))
        assert client.post("/requests", {"subject": "Now", "category": "other"}).status_code == 201

    def test_a_server_that_waits_stops_when_told(self, serve):
        server = serve(is_healthy=False)
        since = time.monotonic()
        server.stop()
        assert time.monotonic() - since < 5

    def test_a_server_that_finds_a_database_it_cannot_use_ends(self, primary, serve):
        server = serve("--database", primary.url("missing"), is_healthy=False)
        primary.start()
        assert server.process.wait(PATIENCE) == 1
        *_, last = server.log.splitlines()
        assert last.startswith("Error: ") and "missing" in last and "createdb" in last, server.log
        assert server.log.count("Error: ") == 1

    @pytest.mark.parametrize(
        "command", [["serve", "--demo", "--port", "0"], ["migrate"], ["token", "list"]], ids=" ".join)
    def test_whoever_cannot_wait_is_told_at_once(self, command, database):
        since = time.monotonic()
        fails(run(*command, "--database", database), "is the server running")
        assert time.monotonic() - since < READ_SECONDS


class TestLocks:
    """Somebody else keeps rows locked."""

    @pytest.fixture(scope="class")
    def primary(self, cluster):
        return cluster

    @pytest.fixture
    def database(self, postgres_database):
        return postgres_database

    @pytest.fixture
    def name(self, database):
        return database.rpartition("/")[2]

    @pytest.fixture
    def lock(self, cluster, name):
        return lambda: cluster.holding("SELECT 1 FROM requests FOR UPDATE", name)

    def test_a_write_that_meets_a_lock_is_given_up_after_its_limit(self, lock, howard, server, request_path):
        client = Client(server, howard)
        before = client.get(request_path).json(), client.get(request_path + "/audit").json()
        with lock():
            since = time.monotonic()
            answer = client.patch(request_path, {"subject": "Changed"})
            took = time.monotonic() - since
            assert is_refusal(answer), answer.text
            assert WRITE_SECONDS - 1 <= took <= WRITE_SECONDS + SLACK_SECONDS
            assert (client.get(request_path).json(), client.get(request_path + "/audit").json()) == before
        assert client.patch(request_path, {"subject": "Changed"}).status_code == 200
        assert (client.get(request_path).json(), client.get(request_path + "/audit").json()) != before

    @pytest.fixture
    def small(self, serve, howard):
        """A server with a single connection."""
        return serve("--rate-limit", "off", "--connections", 1)

    def test_calls_that_wait_for_the_only_connection_are_answered_when_it_is_free(
        self, lock, howard, small, server, request_path
    ):
        writer, reader = Client(small, howard), Client(small, howard)
        with ThreadPoolExecutor(2) as pool:
            with lock():
                write = pool.submit(writer.patch, request_path, {"subject": "Changed"})
                time.sleep(0.5)
                read = pool.submit(reader.get, request_path)
                time.sleep(1)
                assert not write.done() and not read.done()
            assert write.result().status_code == 200
            assert read.result().status_code == 200
        assert reader.get(request_path).json()["subject"] == "Changed"

    def test_calls_that_wait_too_long_for_the_only_connection_are_refused(
        self, lock, howard, small, server, request_path
    ):
        writer, readers = Client(small, howard), [Client(small, howard) for _ in range(4)]

        def ask(reader):
            since = time.monotonic()
            return reader.get(request_path), time.monotonic() - since

        with ThreadPoolExecutor(5) as pool, lock():
            write = pool.submit(writer.patch, request_path, {"subject": "Changed"})
            time.sleep(0.5)
            for answer, took in pool.map(ask, readers):
                assert is_refusal(answer), answer.text
                assert WAIT_SECONDS - 1 <= took <= WAIT_SECONDS + SLACK_SECONDS
            assert is_refusal(write.result()), write.result().text
        assert [reader.get(request_path).json()["subject"] for reader in readers] == ["As it was"] * 4
        assert writer.patch(request_path, {"subject": "Changed"}).status_code == 200

    def test_a_read_that_meets_a_lock_is_given_up_after_its_limit(
        self, cluster, name, howard, server, request_path
    ):
        client = Client(server, howard)
        with cluster.holding("LOCK TABLE requests", name):
            since = time.monotonic()
            answer = client.get("/requests")
            took = time.monotonic() - since
            assert is_refusal(answer), answer.text
            assert READ_SECONDS - 1 <= took <= READ_SECONDS + SLACK_SECONDS
            assert health(server).ok
        assert [record["subject"] for record in client.get("/requests").json()] == ["As it was"]
