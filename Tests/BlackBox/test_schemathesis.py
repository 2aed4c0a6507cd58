"""Schemathesis generates calls from the server's own description and holds the answers against it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from steward import PATIENCE, run, surroundings

SECONDS = int(os.environ.get("STEWARD_FUZZ_SECONDS", "60"))
SEED = 20_160_614
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


def fuzz(demo, name, folder, hooks, seconds, *options, before=()):
    """Runs schemathesis as a person. Answers its exit code, its report, and how often each call got which status."""
    answers = folder / "answers.json"
    command = [
        str(Path(sys.executable).parent / "schemathesis"), *before, "run", f"{demo.server.origin}/v1/openapi.json",
        "--header", f"Authorization: Bearer {demo.tokens[name]}", "--checks", CHECKS, "--seed", str(SEED),
        "--continue-on-failure", "--request-timeout", str(PATIENCE), "--generation-database", "none",
        "--suppress-health-check", "all", "--no-color", *options]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=seconds + 120,
        env=surroundings(
            SCHEMATHESIS_HOOKS=str(Path(__file__).with_name(hooks)), STEWARD_FUZZ_ANSWERS=str(answers),
            STEWARD_FUZZ_PERSON=str(demo.client(name).get("/me").json()["id"])))
    return done.returncode, done.stdout + done.stderr, json.loads(answers.read_text())


@pytest.mark.timeout(SECONDS + 300)
@pytest.mark.parametrize(
    ("name", "share"), [("Howard Tanner", 2 / 3), ("Tom Waters", 1 / 3)], ids=["administrator", "end user"])
def test_no_generated_call_breaks_a_promise(name, share, start_demo, tmp_path):
    demo = start_demo("--rate-limit", "off", "--log-level", "warning")
    seconds = max(round(SECONDS * share), 10)
    code, report, answers = fuzz(demo, name, tmp_path, "fuzz_hooks.py", seconds, "--max-time", str(seconds))
    assert code == 0, report
    # Who cannot sign in any more fuzzes nothing.
    assert demo.client(name).get("/me").status_code == 200
    assert requests.get(f"{demo.server.origin}/healthz", timeout=PATIENCE).json() == {"status": "ok"}
    assert " error " not in demo.server.log
    if name == "Howard Tanner" and SECONDS >= 60:
        # Which calls get past the refusals is chance: nearly all of them do in any one run.
        calls = described(demo)
        unreached = calls - {call for call, statuses in answers.items() if set(statuses) & REACHED}
        assert len(unreached) <= len(calls) / 4, f"no generated call got through to {unreached}"


REACHED = {"200", "201", "204", "304", "422"}


def described(demo):
    """The calls that the server's description names, but for the one that asks for it: no call is generated for that."""
    paths = requests.get(f"{demo.server.origin}/v1/openapi.json", timeout=PATIENCE).json()["paths"]
    return {f"{verb.upper()} {path}" for path, item in paths.items() for verb in item} - {"GET /v1/openapi.json"}


# What a walk goes along: each is short enough that a few dozen walks go everywhere.
WALKS = [
    r"^/v1/(people|organizations|services)", r"^/v1/teams(/\{id\}(/(?!members).*)?)?$",
    r"^/v1/(people|teams)$|/members", r"^/v1/requests(/\{id\}(/(?!watches).*)?)?$", r"^/v1/requests$|/watches",
    r"^/v1/workflows(/\{id\}(/(?!phases|requests/.id).*)?)?$", r"^/v1/workflows$|/phases",
    r"^/v1/releases(/\{id\}(/(?!workflows/.id).*)?)?$", r"^/v1/(workflows|releases)$|/releases/\{id\}/workflows",
    r"^/v1/(workflows|requests)$|/workflows/\{id\}/requests", r"^/v1/tasks(/\{id\}(/(audit|notes).*)?)?$",
    r"^/v1/tasks$|/predecessors", r"^/v1/tasks$|/successors", r"^/v1/tasks$|/approvals",
]
# The server's own links alone, and not those that schemathesis makes up.
WALKING = "[phases.stateful]\nmax-steps = 12\n[phases.stateful.inference]\nalgorithms = []\n"


@pytest.mark.timeout(600)
def test_walks_along_the_links_reach_every_call_below_a_record(start_demo, tmp_path):
    demo = start_demo("--rate-limit", "off", "--log-level", "warning")
    howard = "howard.tanner@widget.example"
    granted = run(
        "person", "role", "--person", howard, "--grant", "workflow_manager", "--grant", "release_manager", "--database",
        demo.folder / "demo.sqlite")
    assert granted.returncode == 0, granted.stderr
    config = tmp_path / "schemathesis.toml"
    config.write_text(WALKING)
    reached = set()
    for walk in WALKS:
        # So many walks, however long they take.
        code, report, answers = fuzz(
            demo, "Howard Tanner", tmp_path, "walk_hooks.py", 240, "--phases", "stateful", "--mode", "positive",
            "--max-examples", "60", "--include-path-regex", walk, before=["--config-file", str(config)])
        assert code == 0, report
        reached |= {call for call, statuses in answers.items() if set(statuses) & REACHED}
    assert " error " not in demo.server.log
    # Only a list tells the id of an entry in the archive or the trash.
    below = {call for call in described(demo) if "{id}" in call} - {"GET /v1/archive/{id}", "GET /v1/trash/{id}"}
    assert len(below) > 70 and below - reached == set()
