"""What comes due is done without anybody asking, and also when no server ran at the time."""

import time
from datetime import datetime, timedelta, timezone

import pytest

from client import Client
from steward import until
from workflows import Desk, download, moment, ok, refused, soon


@pytest.fixture
def manager(howard, steward):
    steward("person", "role", "--person", "howard@widget.example", "--grant", "workflow_manager")
    return howard


@pytest.fixture
def start(serve, manager):
    """Starts a server, and answers it and the manager's client."""

    def start():
        server = serve("--rate-limit", "off")
        return server, Client(server, manager)

    return start


@pytest.fixture
def desk(start):
    return Desk.founded(start()[1])


def becomes_assigned(desk, task, due):
    """Checks that a task is assigned by itself, and not before its time."""
    until(lambda: desk.status(task) == "assigned", "the task is assigned")
    record = desk.read(task)
    assert moment(record["assigned_at"]) >= moment(due)
    assert record["new_assignment"] is True
    assert moment(record["completion_target_at"]) - moment(record["assigned_at"]) == timedelta(
        minutes=record["planned_duration"])
    assert [move[1] for move in desk.moves(task)].count("assigned") == 1
    return record


def last_line(desk, task):
    return max(desk.client.everything(f"/tasks/{task}/audit"), key=lambda line: line["id"])


def test_a_task_is_assigned_when_its_start_has_come(desk):
    workflow, due = desk.workflow(), soon()
    now, then = desk.task(workflow), desk.task(workflow, "approval", start_at=due)
    desk.ask(then, desk.hire("Ann Archer"))
    never = desk.task(workflow, start_at=soon(3600))
    assert desk.status(now) == "assigned"
    becomes_assigned(desk, then, due)
    assert last_line(desk, then)["changes"]["status"] == ["registered", "assigned"]
    assert desk.status(never) == "registered"
    # Assigned first, summarized then: nobody waits for this answer.
    until(lambda: desk.approvals(then)[0]["attachment"], "the summary is there")
    download(desk.approvals(then)[0])
    assert desk.answers(then) == ["assigned"]


def test_a_start_that_has_come_does_not_overrule_what_a_task_waits_for(desk):
    workflow, due = desk.workflow(), soon(1)
    first = desk.task(workflow, planned_duration=1)
    second, other = desk.task(workflow, start_at=due, predecessor_ids=[first]), desk.task(workflow, start_at=due)
    becomes_assigned(desk, other, due)
    assert desk.status(second) == "registered"
    desk.set(first, "completed")
    assert desk.status(second) == "assigned"


def test_a_start_is_put_off_and_taken_away(desk):
    workflow, due = desk.workflow(), soon(1)
    put_off, freed = (desk.task(workflow, start_at=due) for _ in range(2))
    ok(desk.client.patch(f"/tasks/{put_off}", {"start_at": soon(3600)}))
    ok(desk.client.patch(f"/tasks/{freed}", {"start_at": None}))
    assert desk.status(freed) == "assigned"
    other = desk.task(workflow, start_at=soon(2))
    until(lambda: desk.status(other) == "assigned", "what came due later is done")
    assert desk.status(put_off) == "registered"


def test_the_first_tasks_are_assigned_when_the_start_of_the_workflow_has_come(desk):
    due = soon()
    workflow = desk.workflow(start_at=due)
    first, second = desk.task(workflow), desk.task(workflow)
    after = desk.task(workflow, predecessor_ids=[first])
    assert desk.outcome(workflow)[0] == "registered"
    for task in (first, second):
        becomes_assigned(desk, task, due)
    assert desk.status(after) == "registered"
    assert desk.outcome(workflow)[0] == "in_progress"


def test_a_waiting_task_is_assigned_when_the_waiting_is_over(desk):
    task, due = desk.task(desk.workflow()), soon()
    refused(desk.client.patch(f"/tasks/{task}", {"status": "waiting_for"}), "waiting_until")
    refused(desk.client.patch(f"/tasks/{task}", {"status": "in_progress", "waiting_until": due}), "waiting_until")
    waiting = desk.set(task, "waiting_for", waiting_until=due)
    assert moment(waiting["waiting_until"]) == moment(due)
    until(lambda: desk.status(task) == "assigned", "the waiting is over")
    record = desk.read(task)
    assert record["waiting_until"] is None
    assert moment(record["assigned_at"]) >= moment(due)
    assert desk.moves(task)[-2:] == [["assigned", "waiting_for"], ["waiting_for", "assigned"]]


def test_who_waits_no_longer_is_not_assigned_again(desk):
    workflow, due = desk.workflow(), soon(1)
    task, done = desk.task(workflow), desk.task(workflow)
    for one in (task, done):
        desk.set(one, "waiting_for", waiting_until=due)
    desk.set(task, "in_progress")
    desk.set(done, "completed")
    other = desk.task(workflow, start_at=soon(2))
    until(lambda: desk.status(other) == "assigned", "what came due later is done")
    assert (desk.status(task), desk.status(done)) == ("in_progress", "completed")


def test_a_completed_workflow_assigns_nothing_any_more(desk):
    workflow, due = desk.workflow(), soon(1)
    waiting, later = desk.task(workflow), desk.task(workflow, start_at=due)
    desk.set(waiting, "waiting_for", waiting_until=due)
    ok(desk.client.patch(f"/workflows/{workflow}", {"status": "completed", "completion_reason": "withdrawn"}))
    other = desk.task(desk.workflow(), start_at=soon(2))
    until(lambda: desk.status(other) == "assigned", "what came due later is done")
    assert [desk.status(task) for task in (waiting, later)] == ["canceled"] * 2
    assert desk.outcome(workflow) == ("completed", "withdrawn")


def test_a_request_that_waits_is_assigned_also_when_no_server_ran_at_the_time(start):
    server, client = start()

    def request(until):
        return ok(client.post("/requests", {
            "subject": "Slow", "category": "other", "status": "waiting_for", "waiting_until": until}), 201)["id"]

    def status(id):
        return ok(client.get(f"/requests/{id}"))["status"]

    past, due = request("2020-01-01T00:00:00Z"), soon()
    waits, not_yet = request(due), request(soon(3600))
    until(lambda: status(past) == "assigned", "what came due already is done")
    server.stop()
    time.sleep(max(0, (moment(due) - datetime.now(timezone.utc)).total_seconds()))
    _, client = start()
    until(lambda: status(waits) == "assigned", "the waiting is over")
    record = ok(client.get(f"/requests/{waits}"))
    assert record["waiting_until"] is None and moment(record["updated_at"]) >= moment(due)
    assert status(not_yet) == "waiting_for"


def test_what_came_due_while_no_server_ran_is_done_at_the_start(start):
    server, client = start()
    desk = Desk.founded(client)
    ann, due = desk.hire("Ann Archer"), soon(3)
    first = desk.workflow()
    begins, waits, not_yet = desk.task(first, start_at=due), desk.task(first), desk.task(first, start_at=soon(3600))
    desk.set(waits, "waiting_for", waiting_until=due)
    second = desk.workflow(start_at=due)
    asks = desk.task(second, "approval")
    desk.ask(asks, ann)
    server.stop()
    assert datetime.now(timezone.utc) < moment(due), "the server stopped before anything came due"
    time.sleep(max(0, (moment(due) - datetime.now(timezone.utc)).total_seconds()) + 0.1)

    desk = desk.at(start()[1])
    for task in (begins, waits, asks):
        until(lambda: desk.status(task) == "assigned", "what came due is done")
        assert moment(desk.read(task)["assigned_at"]) >= moment(due)
        assert desk.moves(task)[-1][1] == "assigned"
    assert len([move for move in desk.moves(begins) if move[1] == "assigned"]) == 1
    assert desk.status(not_yet) == "registered"
    download(until(
        lambda: (approval := desk.approvals(asks)[0])["attachment"] and approval, "the approver gets their summary"))
