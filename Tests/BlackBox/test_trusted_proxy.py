"""Behind a reverse proxy: whose word is taken on who calls and by what address."""

import contextlib
import http.client
import json

import pytest

from steward import PATIENCE, run

LIMIT = ("--rate-limit", "3/h,3/60s")
# Every address of this network is this machine, so a test can call from several.
PROXY, OTHER = "127.0.0.1", "127.0.0.2"


def call(server, headers=(), source=PROXY, verb="GET", path="/v1", body=None):
    """An answer, and its body, to a call from one of this machine's addresses."""
    connection = http.client.HTTPConnection(server.host, server.port, source_address=(source, 0), timeout=PATIENCE)
    with contextlib.closing(connection):
        connection.request(verb, path, body=body, headers=dict(headers))
        answer = connection.getresponse()
        return answer, answer.read()


def status(server, headers=(), source=PROXY):
    return call(server, headers, source)[0].status


def statuses(server, headers, source=PROXY):
    """What four calls are answered, of which three are within the limit."""
    return [status(server, headers, source) for _ in range(4)]


PASSES_THREE = [200, 200, 200, 429]


def test_each_client_behind_a_trusted_proxy_is_counted_by_itself(serve):
    server = serve(*LIMIT, "--trusted-proxy", PROXY)
    for headers in [
        {"X-Forwarded-For": "192.0.2.1"}, {"X-Forwarded-For": "6.6.6.6, 192.0.2.2"}, {"Forwarded": "for=192.0.2.3"},
        {"X-Forwarded-For": "2001:db8::1"}, {},
    ]:
        assert statuses(server, headers) == PASSES_THREE, headers
    # The same network of IPv6, and what says nothing.
    assert status(server, {"X-Forwarded-For": "2001:db8::ffff"}) == 429
    assert status(server, {"X-Forwarded-For": "nobody"}) == 429


def test_nobody_else_says_who_calls(serve):
    server = serve(*LIMIT, "--trusted-proxy", PROXY)
    for number in range(3):
        assert status(server, {"X-Forwarded-For": f"192.0.2.{number}"}, source=OTHER) == 200
    assert status(server, {"X-Forwarded-For": "192.0.2.4", "Forwarded": "for=192.0.2.4"}, source=OTHER) == 429
    assert status(server, {"X-Forwarded-For": "192.0.2.4"}) == 200, "the proxy does"


def test_without_the_option_nobody_is_believed(serve):
    server = serve(*LIMIT)
    for number in range(3):
        assert status(server, {"X-Forwarded-For": f"192.0.2.{number}"}) == 200
    assert status(server, {"X-Forwarded-For": "192.0.2.4"}) == 429


@pytest.mark.parametrize(
    ("arguments", "variables"),
    [
        (("--trusted-proxy", "127.0.0.0/30", "--trusted-proxy", "10.0.0.0/8"), {}),
        (("--trusted-proxy", "10.0.0.0/8,127.0.0.0/30"), {}),
        ((), {"STEWARD_TRUSTED_PROXY": "fd00::/8, 10.0.0.0/8, 127.0.0.2, 127.0.0.1"}),
        (("--trusted-proxy", "127.0.0.0/8", "--trusted-proxy", "10.1.1.1"), {"STEWARD_TRUSTED_PROXY": "192.0.2.0/24"}),
    ],
    ids=["twice", "commas", "environment", "the option wins"])
def test_several_proxies(serve, arguments, variables):
    server = serve(*LIMIT, *arguments, **variables)
    for source in [PROXY, OTHER]:
        assert status(server, {"X-Forwarded-For": "192.0.2.1, 10.1.1.1"}, source) == 200
    assert status(server, {"X-Forwarded-For": "192.0.2.1"}) == 200
    assert status(server, {"X-Forwarded-For": "192.0.2.1"}) == 429
    assert status(server, {"X-Forwarded-For": "10.1.1.1"}) == 200


@pytest.mark.parametrize(
    "text", ["", "nonsense", "localhost", "10.0.0.0/33", "10.0.0.1/8", "fd00::/129", "10.0.0.0/8,", "10.0.0.0/8 ::1"])
def test_what_is_no_network_is_refused(text, database):
    done = run("serve", "--port", 0, "--database", database, "--trusted-proxy", text)
    assert done.returncode == 64, done.stderr
    assert "--trusted-proxy" in done.stderr.splitlines()[0]
    assert not database.exists()


def test_a_wrong_variable_is_refused_by_the_name_of_its_option(database):
    done = run("serve", "--port", 0, "--database", database, STEWARD_TRUSTED_PROXY="10.0.0.0/8,everybody")
    assert done.returncode == 64, done.stderr
    assert "--trusted-proxy 'everybody'" in done.stderr.splitlines()[0]


def location(server, token, headers, source=PROXY):
    answer, _ = call(
        server, {"Authorization": f"Bearer {token}", "Content-Type": "application/json", **headers}, source,
        "POST", "/v1/requests", json.dumps({"subject": "Where?", "category": "other"}))
    assert answer.status == 201
    return answer.headers["Location"].partition("/v1/")[0]


SECURE = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "desk.widget.example"}


def test_links_begin_as_the_client_called(serve, howard):
    server = serve("--trusted-proxy", PROXY)
    assert location(server, howard, SECURE) == "https://desk.widget.example"
    assert location(server, howard, {"Forwarded": "proto=https;host=a.example"}) == "https://a.example"
    assert location(server, howard, {"X-Forwarded-Proto": "https", "Host": "a.example"}) == "https://a.example"
    for headers, source in [
        ({}, PROXY), (SECURE, OTHER), ({"X-Forwarded-Proto": "javascript", "X-Forwarded-Host": "a/b"}, PROXY),
    ]:
        assert location(server, howard, headers, source) == server.origin


def test_the_public_url_is_nobody_elses_to_say(serve, howard):
    server = serve("--trusted-proxy", PROXY, "--public-url", "https://api.widget.example")
    assert location(server, howard, SECURE) == "https://api.widget.example"


@pytest.mark.parametrize("name", ["Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host"])
def test_garbage_counts_as_nothing(serve, howard, name):
    server = serve("--rate-limit", "off", "--trusted-proxy", PROXY)
    for value in [
        b"", b",", b";", b"=", b'"', b'for="', b"for=", b"for=;;host=", b'for="\\', b"\xff\xfe", b"[", b"]:", b"[::1",
        b"for=[::1", b"%00", b"1.2.3.4:999999", b"\xc3\xa9", b"," * 5_000, b'"' * 5_000, b"\\" * 5_000 + b'"',
        b"for=a;" * 1_000, b"for=10.0.0.1," * 500,
    ]:
        assert location(server, howard, {name: value}) == server.origin, value
