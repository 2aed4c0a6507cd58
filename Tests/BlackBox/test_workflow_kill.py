"""The server is killed while it makes summaries. Every approver gets theirs in the end."""

import sqlite3
import threading

import pytest
import requests

from client import Client
from load import DEAD
from steward import PATIENCE, until
from workflows import Desk, download, ok

ROUNDS = 3
APPROVERS = 8


@pytest.fixture
def manager(howard, steward):
    steward("person", "role", "--person", "howard@widget.example", "--grant", "workflow_manager")
    return howard


@pytest.fixture
def rows(database):
    """Asks the server's file, beside the server."""

    def rows(sql, *values):
        connection = sqlite3.connect(database, timeout=PATIENCE)
        try:
            with connection:
                return connection.execute(sql, values).fetchall()
        finally:
            connection.close()

    return rows


def send(server, token, path, body):
    """A PATCH that may go unanswered."""
    session = requests.Session()
    session.trust_env = False
    try:
        return session.patch(
            f"{server.origin}/v1{path}", json=body, headers={"Authorization": f"Bearer {token}"}, timeout=PATIENCE)
    except DEAD:
        return None


def test_every_assigned_approval_gets_its_summary_after_kills(serve, manager, rows):
    server = serve("--rate-limit", "off")
    desk = Desk.founded(Client(server, manager))
    people = [desk.hire(f"Approver {letter}") for letter in "ABCDEFGHIJKL"[:APPROVERS]]
    asked, interrupted = [], 0
    for number in range(ROUNDS):
        workflow = desk.workflow()
        for _ in range(20):
            ok(desk.client.post(f"/workflows/{workflow}/notes", {"text": "lorem ipsum " * 500}), 201)
        first = desk.task(workflow)
        task = desk.task(workflow, "approval", predecessor_ids=[first])
        desk.ask(task, *people)
        asked.append(task)
        caller = threading.Thread(target=send, args=(server, manager, f"/tasks/{first}", {"status": "completed"}))
        caller.start()
        # What is to be made is written down with the assignment itself; some of it is made before the end.
        # 14 is an approval.
        wanted = "SELECT count(*) FROM jobs WHERE kind = 14"
        until(lambda: 0 < rows(wanted)[0][0] <= APPROVERS - number, "summaries are made")
        server.kill()
        caller.join()
        left = rows(wanted)[0][0]
        interrupted += left > 0
        missing = rows(
            "SELECT count(*) FROM approvals a WHERE summary_key IS NULL AND status = 20"
            " AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.kind = 14 AND j.record_id = a.id)")
        assert missing == [(0,)], "none is forgotten: whoever has no summary has a job"
        # Another server takes what lies for a minute; here it has lain that long already.
        rows("UPDATE jobs SET created_at = 0")
        server = serve("--rate-limit", "off")
        desk = desk.at(Client(server, manager))
        until(
            lambda: all(approval["attachment"] for approval in desk.approvals(task)), "every approver has a summary")
        assert desk.status(task) == "assigned" and desk.answers(task) == ["assigned"] * APPROVERS
        assert [move[1] for move in desk.moves(task)].count("assigned") == 1
        until(lambda: rows("SELECT count(*) FROM jobs") == [(0,)], "nothing is left to be made")
    assert interrupted, "the server was never killed in the middle; the test says nothing"
    for task in asked:
        approvals = desk.approvals(task)
        assert len({approval["attachment"]["uri"] for approval in approvals}) == APPROVERS
        for approval in approvals:
            download(approval)
    assert rows("PRAGMA integrity_check") == [("ok",)] and rows("PRAGMA foreign_key_check") == []
