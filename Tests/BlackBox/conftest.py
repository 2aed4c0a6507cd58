"""The program as its users meet it: started, called, stopped, killed.

    python3.11 -m venv .venv && .venv/bin/pip install -r requirements.txt
    STEWARD_BINARY=../../.build/release/steward .venv/bin/pytest
"""

import contextlib
import itertools
import re

import pytest

from client import Client
from postgres import Cluster
from radosgw import Gateway
from steward import Server, free_port, run, until

DATABASES = itertools.count(1)


@pytest.fixture
def database(tmp_path):
    return tmp_path / "steward.sqlite"


@pytest.fixture
def steward(database):
    """Runs a command on the test's database and answers what it printed; the command must succeed."""

    def command(*arguments, text="", **variables):
        done = run(*arguments, "--database", database, text=text, **variables)
        assert done.returncode == 0, f"{arguments}: {done.stderr}"
        return done.stdout.strip()

    return command


@pytest.fixture
def serve(tmp_path, database):
    """Starts servers, on the test's database unless another is named. Each is stopped when the test is over."""
    servers = []

    def start(*arguments, port=0, is_healthy=True, **variables):
        if "--database" not in arguments and "STEWARD_DATABASE" not in variables:
            arguments += ("--database", database)
        if "STEWARD_PORT" not in variables:
            arguments += ("--port", port)
        server = Server(tmp_path / f"server-{len(servers)}", *arguments, **variables)
        servers.append(server)
        return server.wait_until_it_listens(port, is_healthy)

    yield start
    Server.stop_all(servers)


@pytest.fixture
def server(serve):
    """A server on an empty database, without a rate limit."""
    return serve("--rate-limit", "off")


@pytest.fixture
def howard(steward):
    """The token of an account administrator in a database that holds nobody else."""
    steward("account", "create", "wna", "Widget North America")
    steward(
        "person", "create", "--account", "wna", "--name", "Howard Tanner", "--email", "howard@widget.example",
        "--login", "howard",
        "--role", "account_administrator", "--role", "specialist")
    return steward("token", "create", "--person", "howard@widget.example")


@pytest.fixture
def make_cluster():
    """Makes PostgreSQL servers, which are gone when the test is over. They are not started yet."""
    with contextlib.ExitStack() as made:

        def make(*settings, **options):
            cluster = Cluster(**options)
            made.callback(cluster.remove)
            return cluster.create(*settings)

        yield make


@pytest.fixture(scope="session")
def gateway():
    """A running S3 server for all tests."""
    gateway = Gateway()
    try:
        yield gateway.create().start()
    finally:
        gateway.remove()


@pytest.fixture(scope="module")
def cluster():
    """A running PostgreSQL server for all tests of a module."""
    cluster = Cluster()
    try:
        yield cluster.create().start()
    finally:
        cluster.remove()


@pytest.fixture
def postgres_database(cluster):
    """The address of an empty database. A module whose `database` is this one runs on PostgreSQL."""
    return cluster.create_database(f"test-{next(DATABASES)}")


class Demo:
    """A demo server and the tokens it printed, by persona."""

    def __init__(self, server):
        self.server = server
        text = until(lambda: "Try:" in server.output and server.output, "the demo prints its people")
        found = re.findall(r"^(\w+ \w+), .* \(account (\S+)\):\n +(\w+)$", text, re.MULTILINE)
        self.tokens = {name: token for name, _, token in found}
        self.accounts = {name: account for name, account, _ in found}

    def client(self, name, account=None):
        return Client(self.server, self.tokens[name], account)


@pytest.fixture(scope="module")
def start_demo(tmp_path_factory):
    """Starts demo servers, on a file of their own unless a database is named; each is stopped when the module's tests are
    over."""
    servers = []

    def start(*arguments, database=None, **variables):
        folder = tmp_path_factory.mktemp("demo")
        # A quiet server does not log its port.
        port = free_port()
        server = Server(
            folder, "--demo", "--port", port, "--database", database or folder / "demo.sqlite", *arguments, **variables)
        servers.append(server)
        server.wait_until_it_listens(port)
        demo = Demo(server)
        demo.folder = folder
        return demo

    yield start
    Server.stop_all(servers)


@pytest.fixture(scope="module")
def demo(start_demo):
    return start_demo("--rate-limit", "off")
