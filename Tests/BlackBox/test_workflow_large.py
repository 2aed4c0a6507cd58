"""A workflow of hundreds of tasks is one like any other."""

import pytest

from workflows import Desk, download, ok

TASKS = 400


@pytest.fixture(scope="module")
def desk(start_demo):
    demo = start_demo("--rate-limit", "off", "--log-level", "warning")
    desk = Desk.of_demo(demo)
    desk.people = {one["name"]: one["id"] for one in ok(desk.client.get("/people"))}
    return desk


@pytest.fixture(scope="module")
def large(desk):
    """The workflow, its tasks in the order of the work, each of which waits for one before it, and the approval that
    comes last."""
    workflow = desk.workflow(subject="Move the whole company")
    tasks = []
    for number in range(TASKS - 1):
        before = [tasks[number // 2]] if tasks else []
        tasks.append(desk.task(workflow, subject=f"Step {number:04}", predecessor_ids=before))
    approval = desk.task(workflow, "approval", predecessor_ids=tasks[-100:])
    desk.ask(approval, desk.people["Mark Camillo"], planned_effort=150)
    return workflow, tasks, approval


def test_its_tasks_are_listed_page_by_page(desk, large):
    workflow, tasks, approval = large
    page = desk.client.get(f"/workflows/{workflow}/tasks?per_page=100")
    assert len(ok(page)) == 100 and page.headers["X-Pagination-Total-Entries"] == str(TASKS)
    listed = [task["id"] for task in desk.client.everything(f"/workflows/{workflow}/tasks?sort=id")]
    assert listed == [*tasks, approval]
    assert len(list(desk.client.everything(f"/tasks/{approval}/predecessors"))) == 100
    assert [task["id"] for task in ok(desk.client.get(f"/workflows/{workflow}/tasks?status=assigned"))] == [tasks[0]]


def test_one_of_its_tasks_is_changed(desk, large):
    workflow, tasks, _ = large
    changed = ok(desk.client.patch(f"/tasks/{tasks[300]}", {"subject": "Step 0300, changed", "impact": "low"}))
    assert changed["subject"] == "Step 0300, changed"
    assert ok(desk.client.get(f"/workflows/{workflow}"))["impact"] == "low"


def test_a_link_that_would_close_a_circle_is_found(desk, large):
    _, tasks, approval = large
    answer = desk.client.post(f"/tasks/{tasks[0]}/predecessors/{approval}", {})
    errors = dict(ok(answer, 422)["errors"])
    # Each of a chain is named, however long it is.
    assert errors["predecessor"].count("→") >= 3


def test_its_last_approval_completes_it(desk, large):
    workflow, tasks, approval = large
    for task in tasks:
        assert desk.status(task) == "assigned", "the ones before it are done"
        answer = desk.set(task, "completed")
        assert answer["status"] == "completed"
    assert desk.outcome(workflow) == ("in_progress", None)
    one, = desk.approvals(approval)
    assert one["status"] == "assigned"
    assert len(download(one)) > 30_000, "all tasks stand in the summary"
    desk.set(approval, "approved", member_id=desk.people["Mark Camillo"])
    assert desk.outcome(workflow) == ("completed", "complete")
    finished = desk.client.get(f"/workflows/{workflow}/tasks/finished?per_page=1")
    assert finished.headers["X-Pagination-Total-Entries"] == str(TASKS)


def test_completing_one_by_hand_cancels_all_that_is_open(desk):
    workflow = desk.workflow()
    first = desk.task(workflow)
    for number in range(200):
        desk.task(workflow, subject=f"Step {number}", predecessor_ids=[first])
    ok(desk.client.patch(f"/workflows/{workflow}", {"status": "completed", "completion_reason": "withdrawn"}))
    assert {task["status"] for task in desk.client.everything(f"/workflows/{workflow}/tasks")} == {"canceled"}
