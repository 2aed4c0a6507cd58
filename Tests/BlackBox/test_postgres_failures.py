"""What an operator is told about a PostgreSQL database that cannot be used: one line, without the password."""

import shutil
import socket
import time

import pytest
import requests

from client import Client
from postgres import USER, Cluster
from steward import PATIENCE, free_port, run, until
from test_command_failures import fails

PASSWORD = "correct-horse-battery"
# All that has a meaning in an address, or in a connection string.
SPECIAL = "p@ss/w?rd#1:&=%2 '\\ü"
SPECIAL_ENCODED = "p%40ss%2Fw%3Frd%231%3A%26%3D%252%20%27%5C%C3%BC"


def migrate(address, *mentions, **variables):
    """Fails on a database, and the password is not told."""
    done = run("migrate", "--database", address, **variables)
    for secret in ["secret", PASSWORD, SPECIAL, SPECIAL_ENCODED]:
        assert secret not in done.stderr + done.stdout
    fails(done, *mentions)


@pytest.fixture(scope="module")
def cluster():
    """A server that listens with TLS on a port, and asks everybody but its superuser for a password."""
    cluster = Cluster(port=free_port())
    try:
        cluster.create("listen_addresses='127.0.0.1'", "ssl=on")
        certify(cluster, cluster.data / "server")
        certify(cluster, cluster.folder / "other")
        shutil.copy(cluster.data / "server.crt", cluster.folder / "server.crt")
        (cluster.folder / "server.crt").chmod(0o644)
        cluster.admit(
            f"local all,replication {USER} trust", "local all all scram-sha-256",
            "hostssl all all 127.0.0.1/32 scram-sha-256")
        cluster.start()
        cluster.query(f"CREATE ROLE ann LOGIN PASSWORD '{PASSWORD}'")
        cluster.query(f"""CREATE ROLE bob LOGIN PASSWORD '{SPECIAL.replace("'", "''")}'""")
        yield cluster
    finally:
        cluster.remove()


@pytest.fixture(scope="module")
def replica(cluster):
    """A server that only follows another."""
    replica = cluster.replica(None, "replica", "listen_addresses=''")
    try:
        yield replica.start()
    finally:
        replica.remove()


def certify(cluster, name):
    """Makes a key and a certificate that only vouches for itself."""
    cluster.run(
        shutil.which("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
        "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", f"{name}.key", "-out", f"{name}.crt")


@pytest.fixture
def database(postgres_database):
    """The address of an empty database, for its superuser on the socket."""
    return postgres_database


@pytest.fixture
def name(database):
    return database.rpartition("/")[2]


@pytest.fixture
def address(cluster, name):
    """Makes the address of the test's database for somebody who needs a password and may do everything in it."""
    cluster.query("GRANT ALL ON SCHEMA public TO ann, bob", name)

    def address(password=PASSWORD, user="ann", options="", host=None):
        return cluster.url(name, user=f"{user}:{password}", host=host) + options

    return address


@pytest.fixture
def over_tls(address):
    return lambda options: address(host="127.0.0.1", options=f"?{options}")


class TestWhoIsNotLetIn:
    def test_a_wrong_password(self, address):
        migrate(address("secret"), "ann@", "password", "~/.pgpass")

    def test_no_password(self, cluster, name):
        migrate(cluster.url(name, user="ann"), "ann@", "password")

    def test_a_password_from_elsewhere(self, cluster, name, address):
        migrate(cluster.url(name, user="ann"), "password", PGPASSWORD="secret")
        assert run("migrate", "--database", cluster.url(name, user="ann"), PGPASSWORD=PASSWORD).returncode == 0

    def test_an_unknown_user(self, address):
        migrate(address("secret", user="nobody"), "nobody", "password")

    def test_a_user_without_rights(self, cluster, name):
        # PostgreSQL 15 lets only the owner make tables; older ones are told to.
        cluster.query("REVOKE CREATE ON SCHEMA public FROM PUBLIC", name)
        migrate(cluster.url(name, user=f"ann:{PASSWORD}"), "permission denied", "public")

    def test_a_database_that_is_not_for_the_user(self, cluster, name, address):
        cluster.query(f'REVOKE CONNECT ON DATABASE "{name}" FROM PUBLIC')
        migrate(address(), name, "CONNECT")

    def test_special_characters_in_a_password(self, address):
        assert run("migrate", "--database", address(SPECIAL_ENCODED, user="bob")).returncode == 0
        migrate(address(SPECIAL_ENCODED + "x", user="bob"), "password")


@pytest.mark.parametrize("command", [["serve", "--port", "0"], ["migrate"], ["token", "list"]], ids=" ".join)
class TestDatabasesThatCannotBeUsed:
    """No command can, and no server waits for what waiting does not mend."""

    def test_a_missing_database(self, command, cluster):
        fails(run(*command, "--database", cluster.url("missing")), "missing", "createdb")

    def test_an_unknown_host(self, command):
        fails(run(*command, "--database", "postgres://steward@nowhere.invalid/x"), "nowhere.invalid")

    def test_another_encoding(self, command, cluster):
        database = f"ascii {' '.join(command)}"
        cluster.query(f"""CREATE DATABASE "{database}" ENCODING 'SQL_ASCII' TEMPLATE template0""")
        url = cluster.url(database.replace(" ", "%20"))
        fails(run(*command, "--database", url), "SQL_ASCII", "UTF8", "createdb")

    def test_a_database_of_another_program(self, command, cluster, database, name):
        cluster.query("CREATE TABLE people (name TEXT)", name)
        fails(run(*command, "--database", database), name, "another program")
        assert cluster.query("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace", name) == [
            "people"], "nothing was added to it"

    def test_a_newer_database(self, command, cluster, database, name):
        assert run("migrate", "--database", database).returncode == 0
        cluster.query("INSERT INTO migrations (number, name, applied_at) VALUES (999, 'from the future', 0)", name)
        fails(run(*command, "--database", database), "newer", "999")

    def test_a_search_path_that_names_nothing(self, command, database):
        fails(run(*command, "--database", f"{database}?options=-csearch_path%3Dnowhere"), "search_path")

    def test_a_replica_alone(self, command, replica):
        fails(run(*command, "--database", replica.url()), "read-only", "primary")


@pytest.mark.parametrize("command", [["migrate"], ["token", "list"]], ids=" ".join)
def test_a_closed_port_is_not_waited_for(command):
    port = free_port()
    since = time.monotonic()
    fails(run(*command, "--database", f"postgres://steward@127.0.0.1:{port}/x"), str(port), "is the server running")
    assert time.monotonic() - since < 5


class TestAHostThatDoesNotAnswer:
    @pytest.fixture
    def silent(self):
        """The port of a host that takes connections and says nothing."""
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            yield listener.getsockname()[1]

    def test_is_given_up_after_the_time_the_address_says(self, silent):
        since = time.monotonic()
        migrate(f"postgres://ann:secret@127.0.0.1:{silent}/x?connect_timeout=1", "127.0.0.1", "1.0 seconds")
        assert time.monotonic() - since < 4

    def test_is_passed_over_for_the_next(self, silent, cluster, name):
        hosts = f"127.0.0.1:{silent},{str(cluster.folder).replace('/', '%2F')}:{cluster.port}"
        assert run("migrate", "--database", f"postgres://{USER}@{hosts}/{name}?connect_timeout=1").returncode == 0

    def test_does_not_keep_a_server_from_answering_and_stopping(self, silent, serve):
        server = serve("--database", f"postgres://{USER}@127.0.0.1:{silent}/x?connect_timeout=1", is_healthy=False)
        for _ in range(5):
            since = time.monotonic()
            assert requests.get(f"{server.origin}/healthz", timeout=PATIENCE).status_code == 503
            assert time.monotonic() - since < 2
            time.sleep(0.2)
        since = time.monotonic()
        server.stop()
        assert time.monotonic() - since < 8


@pytest.mark.parametrize(
    ("address", "mention"),
    [
        ("postgres://u:secret@h:port/x", "port"),
        ("postgres://u:secret@h:99999/x", "65535"),
        ("postgres://u:secret@h/x?nonsense=1", "nonsense"),
        ("postgres://u:secret@h/x?sslmode=nonsense", "nonsense"),
        ("postgres://u:secret@h/x?target_session_attrs=any", "target_session_attrs"),
        ("postgres://u:secret@h/x?target_session_attrs=standby", "target_session_attrs"),
        ("postgres://u:secret@h/x?port=1,2", "ports"),
        ("postgres://u:secret@h,i,j/x?port=1,2", "ports"),
        ("postgres://u:sec@secret@h/x", "%40"),
        ("postgres://u:sec/secret@h/x", "%2F"),
        ("postgres://u:sec?secret@h/x", "%3F"),
        ("postgres://u:?secret@h/x", "%3F"),
        ("postgres://u:#secret@h.invalid/x", "h.invalid"),
        ("postgres://u:%secret@h/x", "%XX"),
        ("postgres://u:secret%@h/x", "%XX"),
        ("postgres://u:secret@[::1/x", "postgres://user:password@host:5432/steward"),
        ("postgres://u@h/x?password=secret@", "%40"),
        ("postgres://h/x?password=secret&nonsense", "postgres://user:password@host:5432/steward"),
        ("postgres://h/x?passwort=secret", "passwort"),
        ("postgresql://u:secret@h/x?port=1,2", "ports"),
        # As it comes out of a file.
        ("postgres://u:secret@h.invalid/x\n", "h.invalid"),
        ("postgres://u:secret@h%0A.invalid/x", "invalid"),
        ("mysql://u:secret@h/x", "mysql://"),
        ("Postgres://u:secret@h/x", "postgres://"),
        ("postgres:/u:secret@h/x", "postgres://"),
    ])
def test_an_address_that_cannot_be_read_is_refused(address, mention):
    migrate(address, mention)


class TestTLS:
    def test_a_certificate_that_is_checked(self, cluster, over_tls):
        own = cluster.folder / "server.crt"
        assert run("migrate", "--database", over_tls(f"sslmode=verify-full&sslrootcert={own}")).returncode == 0

    def test_one_that_is_not_checked(self, over_tls):
        assert run("migrate", "--database", over_tls("sslmode=require")).returncode == 0

    def test_a_certificate_of_somebody_else(self, cluster, over_tls):
        other = cluster.folder / "other.crt"
        migrate(over_tls(f"sslmode=verify-full&sslrootcert={other}"), "certificate")

    def test_a_certificate_for_another_name(self, cluster, name):
        own = cluster.folder / "server.crt"
        migrate(
            f"postgres://ann:{PASSWORD}@localhost:{cluster.port}/{name}?hostaddr=127.0.0.1&sslmode=verify-full"
            f"&sslrootcert={own}", "certificate", "localhost")

    def test_a_missing_list_of_authorities(self, cluster, over_tls):
        migrate(over_tls(f"sslmode=verify-full&sslrootcert={cluster.folder / 'missing.crt'}"), "missing.crt")

    def test_without_tls_a_server_that_insists_on_it_refuses(self, over_tls):
        migrate(over_tls("sslmode=disable"), "no encryption")

    def test_a_server_without_tls_is_refused_by_who_insists_on_it(self, make_cluster):
        plain = make_cluster("listen_addresses='127.0.0.1'", port=free_port()).start()
        migrate(f"postgres://{USER}@127.0.0.1:{plain.port}/postgres?sslmode=require", "SSL")


class TestALongRunningServer:
    @pytest.fixture
    def cluster(self, make_cluster):
        cluster = make_cluster()
        cluster.admit(f"local all {USER} trust", "local all all scram-sha-256")
        cluster.start()
        cluster.query(f"CREATE ROLE ann LOGIN PASSWORD '{PASSWORD}'")
        cluster.query("GRANT ALL ON SCHEMA public TO ann")
        return cluster

    @pytest.fixture
    def database(self, cluster):
        return cluster.url(user=f"ann:{PASSWORD}")

    @pytest.mark.parametrize("level", ["debug", "trace"])
    def test_it_tells_no_password_while_its_database_comes_and_goes(self, level, cluster, serve, howard):
        server = serve("--rate-limit", "off", "--log-level", level)
        client = Client(server, howard)
        assert client.post("/requests", {"subject": "Before", "category": "other"}).status_code == 201

        def is_well():
            return requests.get(f"{server.origin}/healthz", timeout=PATIENCE).ok

        cluster.stop("immediate")
        until(lambda: not is_well(), "the outage is noticed")
        assert client.get("/requests").status_code == 503
        cluster.start()
        until(is_well, "the server is well again")
        # Now it is refused, with the password that was right.
        cluster.query("ALTER ROLE ann PASSWORD 'another'")
        cluster.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'ann'")
        until(lambda: "password authentication failed" in server.log, "the refusal is logged")
        assert client.get("/requests").status_code == 503
        cluster.query(f"ALTER ROLE ann PASSWORD '{PASSWORD}'")
        until(is_well, "the server is well again")
        assert client.post("/requests", {"subject": "After", "category": "other"}).status_code == 201
        server.stop()
        assert " error " in server.log and "ann@" in server.log
        assert PASSWORD not in server.log + server.output
