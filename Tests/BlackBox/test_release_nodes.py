"""Several servers keep the releases of one PostgreSQL database in line with their workflows."""

import pytest

from steward import until
from test_nodes import at_once
from test_workflow_nodes import answering, database, desks, manager, nodes, query  # noqa: F401
from workflows import ok

ROUNDS = 50


@pytest.fixture
def releaser(desks, steward):  # noqa: F811
    """The desks of somebody who runs releases too."""
    steward("person", "role", "--person", "howard@widget.example", "--grant", "release_manager")
    return desks


def new_release(desk):
    answer = desk.client.post("/releases", {"subject": "Spring"})
    return ok(answer, 201)["id"]


@pytest.fixture
def release(releaser):
    here = releaser[0]
    until(lambda: here.client.post("/releases", {"subject": "First"}).status_code == 201, "the role is known")
    return lambda: new_release(here)


def link(desk, release, *workflows):
    for workflow in workflows:
        ok(desk.client.post(f"/releases/{release}/workflows/{workflow}", {}))


def statuses(desk, release):
    changes = [line["changes"] for line in ok(desk.client.get(f"/releases/{release}/audit?per_page=100"))]
    return [change["status"][1] for change in reversed(changes) if "status" in change]


def test_two_who_finish_the_last_tasks_of_two_workflows_at_once_complete_the_release_once(releaser, release):
    here, there = releaser
    for _ in range(ROUNDS):
        number = release()
        workflows = [here.workflow(), here.workflow()]
        tasks = [here.task(workflow) for workflow in workflows]
        link(here, number, *workflows)
        given = at_once(answering(here, tasks[0], "completed"), answering(there, tasks[1], "completed"))
        assert [answer.status_code for answer in given] == [200, 200], [answer.text for answer in given]
        for desk in releaser:
            record = ok(desk.client.get(f"/releases/{number}"))
            assert (record["status"], record["completion_reason"]) == ("completed", "complete")
            assert record["completed_at"] is not None
        assert statuses(here, number) == ["registered", "in_progress", "completed"]


def test_workflows_that_change_places_at_once_end_where_they_were_sent(releaser, release):
    here, there = releaser
    first, second = release(), release()
    for number in range(ROUNDS):
        one, other = here.workflow(), here.workflow()
        link(here, first, one)
        link(here, second, other)
        given = at_once(
            lambda: here.client.post(f"/releases/{second}/workflows/{one}", {}),
            lambda: there.client.post(f"/releases/{first}/workflows/{other}", {}))
        assert [answer.status_code for answer in given] == [200, 200], [answer.text for answer in given]
        assert ok(here.client.get(f"/workflows/{one}"))["release"]["id"] == second
        assert ok(there.client.get(f"/workflows/{other}"))["release"]["id"] == first
        if number % 10 == 9:
            # All are taken off while others are added, at the other node.
            late = here.workflow()
            gone, added = at_once(
                lambda: here.client.call("DELETE", f"/releases/{first}/workflows"),
                lambda: there.client.post(f"/releases/{first}/workflows/{late}", {}))
            assert (gone.status_code, added.status_code) == (204, 200), (gone.text, added.text)
            left = ok(here.client.get(f"/releases/{first}/workflows"))
            assert [entry["id"] for entry in left] in ([], [late])
            record = ok(here.client.get(f"/releases/{first}"))
            assert record["status"] == "registered"
