"""What an operator does in a shell."""

import os
import re
import shlex
import subprocess

import pytest
import requests

from client import Client
from steward import PATIENCE, binary, free_port, run, surroundings, until


@pytest.mark.parametrize(
    ("command", "mentions"),
    [
        ([], ["serve", "migrate", "account", "person", "token", "STEWARD_DATABASE"]),
        (
            ["serve"],
            ["--host", "--port", "--public-url", "--rate-limit", "--log-level", "--demo", "--database", "STEWARD_PORT"],
        ),
        (["migrate"], ["--database", "STEWARD_DATABASE"]),
        (["account"], ["create", "trust"]),
        (["account", "create"], ["<id>", "<name>", "--time-zone", "--database"]),
        (["account", "trust"], ["<account>", "<trusted>", "--database"]),
        (["person"], ["create", "role", "disable", "enable"]),
        (
            ["person", "create"],
            [
                "--account", "--name", "--email", "--login", "--role", "--time-zone", "--password-stdin", "--database",
                "account_administrator",
            ],
        ),
        (["person", "role"], ["--person", "--account", "--grant", "--revoke", "--database", "specialist"]),
        (["person", "disable"], ["<email>", "--database"]),
        (["person", "enable"], ["<email>", "--database"]),
        (["token"], ["create", "list", "revoke"]),
        (["token", "create"], ["--person", "--scope", "--expires", "--name", "--database", "request:RU"]),
        (["token", "list"], ["--person", "--database"]),
        (["token", "revoke"], ["<id>", "--database"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_help_names_every_option(command, mentions):
    done = run(*command, "--help")
    assert done.returncode == 0
    assert not done.stderr
    for mention in mentions:
        assert mention in done.stdout


def test_the_first_start_in_the_help_works_as_it_is_printed(tmp_path):
    example = re.search(r"A first start:\n(.*?)\n\n", run("--help").stdout, re.DOTALL)[1]
    (tmp_path / "steward").symlink_to(binary())
    commands = example.rsplit("steward serve", 1)[0]
    done = subprocess.run(
        ["bash", "-e", "-c", commands], cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE,
        env=surroundings(PATH=f"{tmp_path}:{os.environ['PATH']}"))
    assert done.returncode == 0, f"{commands}\n{done.stderr}"
    assert re.fullmatch(r"stw\w{109}", done.stdout.splitlines()[-1])


def test_migrate_creates_a_database_and_leaves_a_current_one_alone(steward, database):
    assert str(database) in steward("migrate")
    before = database.read_bytes()
    assert "up to date" in steward("migrate")
    assert database.read_bytes() == before


def test_a_person_is_created_and_works_in_her_account(steward, serve):
    steward("account", "create", "wna", "Widget North America", "--time-zone", "America/Chicago")
    person = steward(
        "person", "create", "--account", "wna", "--name", "Ellen Brown", "--email", "ellen@widget.example",
        "--login", "ellen", "--role", "specialist", "--time-zone", "Europe/Amsterdam")
    token = steward("token", "create", "--person", "ELLEN@widget.example")
    client = Client(serve(), token)
    me = client.get("/me").json()
    assert str(me["id"]) == person
    assert (me["name"], me["primary_email"]) == ("Ellen Brown", "ellen@widget.example")
    assert re.search(r"\+0[12]:00$", me["created_at"]), "she reads times in her own zone"
    account = client.get("/account").json()
    assert (account["id"], account["name"]) == ("wna", "Widget North America")


def test_roles_are_given_and_taken(steward):
    steward("account", "create", "wna", "Widget")
    steward("person", "create", "--account", "wna", "--name", "Mark", "--email", "mark@widget.example")

    def role(*arguments):
        return steward("person", "role", "--person", "mark@widget.example", *arguments)

    assert role() == "no role (end user)"
    assert role("--grant", "specialist", "--grant", "auditor") == "auditor specialist"
    assert role("--revoke", "auditor") == "specialist"
    assert role("--revoke", "specialist") == "no role (end user)"


def test_a_trusting_account_lets_people_of_the_other_in_and_not_the_other_way_round(steward, serve):
    tokens = {}
    for account in ["wna", "wdc"]:
        steward("account", "create", account, account.upper())
        email = f"somebody@{account}.example"
        steward("person", "create", "--account", account, "--name", account, "--email", email, "--role", "specialist")
        tokens[account] = steward("token", "create", "--person", email)
    assert steward("account", "trust", "wna", "wdc") == "Account wna now trusts wdc."
    server = serve()
    assert Client(server, tokens["wdc"], "wna").get("/me").status_code == 200
    assert Client(server, tokens["wna"], "wdc").get("/me").status_code == 403


def test_a_token_stands_alone_on_standard_output(howard, steward):
    assert re.fullmatch(r"stw[0-9A-Za-z]{109}", howard)
    assert steward("token", "create", "--person", "howard@widget.example") != howard


def test_tokens_are_listed_without_their_secret(howard, steward):
    steward(
        "token", "create", "--person", "howard@widget.example", "--scope", "request:RU", "--scope", "person:R",
        "--expires", "30", "--name", "for the night job")
    first, second = [line.split("\t") for line in steward("token", "list").splitlines()]
    assert first == ["1", "howard@widget.example", "*", "active", "never used", "created on the command line"]
    assert second[:3] == ["2", "howard@widget.example", "request:RU person:R"]
    assert re.fullmatch(r"until 20\d\d-.*Z", second[3])
    assert second[4:] == ["never used", "for the night job"]
    assert howard not in steward("token", "list", "--person", "howard@widget.example")


def test_a_token_does_only_what_its_scopes_allow(howard, steward, serve):
    narrow = steward("token", "create", "--person", "howard@widget.example", "--scope", "request:R")
    client = Client(serve(), narrow)
    assert client.get("/requests").status_code == 200
    assert client.get("/people").status_code == 403
    assert client.post("/requests", {"subject": "Not allowed", "category": "other"}).status_code == 403


def test_a_revoked_token_is_listed_as_such(howard, steward):
    assert steward("token", "revoke", "1") == "Token 1 is revoked."
    assert steward("token", "list").split("\t")[3] == "revoked"


def test_a_disabled_person_is_refused_until_she_is_enabled_again(howard, steward, server):
    client = Client(server, howard)
    assert client.get("/me").status_code == 200
    assert steward("person", "disable", "howard@widget.example") == "Howard Tanner is now disabled."
    until(lambda: client.get("/me").status_code == 401, "a disabled person is refused", 3)
    assert steward("person", "enable", "howard@widget.example") == "Howard Tanner is now enabled."
    until(lambda: client.get("/me").status_code == 200, "an enabled person is let in", 3)


@pytest.mark.parametrize("folder", ["plain", "with a space and a 'quote'"])
def test_the_next_steps_for_an_empty_database_work(folder, tmp_path, serve):
    (tmp_path / folder).mkdir()
    database = tmp_path / folder / "steward.sqlite"
    server = serve("--database", database)
    steps = re.findall(r"\] (steward .*)$", server.log, re.MULTILINE)
    assert len(steps) == 3, server.log
    for step in steps:
        words = shlex.split(step)
        assert words[0] == "steward"
        done = run(*words[1:])
        assert done.returncode == 0, f"{step}: {done.stderr}"
    assert Client(server, done.stdout.strip()).get("/people").json()[0]["name"] == "Your Name"


def test_a_database_with_people_needs_no_next_steps(howard, serve):
    assert "run these next" not in serve().log


def test_every_option_of_serve_is_an_environment_variable(howard, tmp_path, database, serve):
    server = serve(
        STEWARD_HOST="127.0.0.2", STEWARD_PORT="0", STEWARD_DATABASE=str(database), STEWARD_LOG_LEVEL="info",
        STEWARD_PUBLIC_URL="https://desk.widget.example", STEWARD_RATE_LIMIT="7/h,5/60s")
    headers = {"Authorization": f"Bearer {howard}"}
    address = f"{server.origin}/v1"
    answer = requests.post(f"{address}/requests", json={"subject": "Over here", "category": "other"}, headers=headers)
    assert answer.headers["Location"].startswith("https://desk.widget.example/v1/requests/")
    assert answer.headers["X-RateLimit-Limit"] == "7"
    for _ in range(4):
        assert requests.get(f"{address}/me", headers=headers).status_code == 200
    refused = requests.get(f"{address}/me", headers=headers)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60


def test_an_option_wins_over_the_environment(howard, serve):
    server = serve("--rate-limit", "100/h,100/2s", STEWARD_RATE_LIMIT="7/h,5/60s")
    assert Client(server, howard).get("/me").headers["X-RateLimit-Limit"] == "100"


def test_the_database_variable_serves_every_command(tmp_path):
    database = tmp_path / "named.sqlite"
    variables = {"STEWARD_DATABASE": str(database)}
    for arguments in [
        ["migrate"],
        ["account", "create", "wna", "Widget"],
        ["person", "create", "--account", "wna", "--name", "Ellen", "--email", "ellen@widget.example"],
        ["token", "create", "--person", "ellen@widget.example"],
        ["token", "list"],
    ]:
        done = run(*arguments, **variables)
        assert done.returncode == 0, done.stderr
    assert "ellen@widget.example" in done.stdout


def test_the_demo_starts_from_an_environment_variable(tmp_path, serve):
    server = serve("--database", tmp_path / "demo.sqlite", STEWARD_DEMO="1")
    assert "Howard Tanner" in server.output


def test_the_demo_prints_an_address_that_answers(tmp_path, serve):
    server = serve("--demo")
    address = re.search(r"http://\S+/v1/openapi\.json", server.output)
    assert address, server.output
    assert requests.get(address[0]).json()["openapi"]


def test_the_demo_gives_every_persona_a_token_that_works(demo):
    assert set(demo.tokens) == {
        "Howard Tanner", "Ellen Brown", "Mark Camillo", "Tom Waters", "Grace Madsen", "Frank Watson"}
    for name in demo.tokens:
        client = demo.client(name)
        assert client.get("/me").json()["name"] == name
        assert client.get("/account").json()["id"] == demo.accounts[name]


def test_a_quiet_server_logs_nothing_when_all_is_well(howard, serve):
    server = serve("--log-level", "warning", port=free_port())
    assert Client(server, howard).get("/me").status_code == 200
    server.stop()
    assert server.log == ""
