"""The PyPI client `xurrent`, unchanged, runs workflows."""

import logging

import pytest
import requests
from xurrent.core import XurrentApiHelper
from xurrent.tasks import Task
from xurrent.workflows import Workflow, WorkflowCategory, WorkflowCompletionReason, WorkflowStatus

from workflows import Desk


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def company(request, start_demo):
    """A demo company whose Howard is a workflow manager, on either engine."""
    database = None
    if request.param == "postgres":
        database = request.getfixturevalue("cluster").create_database("workflows")
    demo = start_demo("--rate-limit", "off", database=database)
    return demo, Desk.of_demo(demo, database)


def connect(company, name):
    demo, _ = company
    return XurrentApiHelper(
        base_url=f"{demo.server.origin}/v1", api_key=demo.tokens[name], api_account="wna", resolve_user=True,
        logger=logging.getLogger("xurrent"))


@pytest.fixture
def howard(company):
    return connect(company, "Howard Tanner")


@pytest.fixture
def ellen(company):
    return connect(company, "Ellen Brown")


@pytest.fixture
def mark(company):
    return connect(company, "Mark Camillo")


@pytest.fixture
def workflow(company, howard):
    return Workflow.create(howard, {
        "subject": "Replace the core switch", "service_id": company[1].service, "category": "non_standard",
        "justification": "replacement"})


@pytest.fixture
def add(company, workflow):
    """Adds a task to the workflow, for the team that Howard and Ellen are in."""

    def add(subject, category="implementation", **fields):
        return workflow.create_task(
            {"subject": subject, "category": category, "team_id": company[1].team, "planned_duration": 30, **fields})

    return add


def ask(manager, task, *approvers):
    for approver in approvers:
        manager.api_call(f"/tasks/{task.id}/approvals", "POST", {"approver_id": approver.api_user.id})


def refusal(call):
    """What the server answered to a call that the client gave up."""
    with pytest.raises(requests.HTTPError) as complaint:
        call()
    return complaint.value.response


def status(manager, task):
    return Task.get_by_id(manager, task.id).status


def read(manager, workflow):
    return Workflow.get_by_id(manager, workflow.id)


def test_a_workflow_is_created_read_and_changed(howard, workflow):
    assert (workflow.status, workflow.category) == (WorkflowStatus.registered, WorkflowCategory.non_standard)
    assert workflow.manager.id == howard.api_user.id
    assert read(howard, workflow).to_dict() == workflow.to_dict()
    # The client demands a status with every change.
    changed = workflow.update({"status": "registered", "subject": "Replace both switches"})
    assert (changed.subject, changed.status) == ("Replace both switches", WorkflowStatus.registered)
    answer = refusal(lambda: workflow.update({"status": "in_progress"}))
    assert answer.status_code == 422 and [field for field, _ in answer.json()["errors"]] == ["status"]


def test_whoever_is_not_a_workflow_manager_creates_none_and_adds_no_task(company, workflow, ellen):
    answer = refusal(lambda: Workflow.create(ellen, {
        "subject": "Hers", "service_id": company[1].service, "category": "standard", "justification": "move"}))
    assert answer.status_code == 403
    answer = refusal(lambda: Task.create(ellen, workflow.id, {"subject": "Hers"}))
    assert answer.status_code == 403


def test_a_workflow_without_what_is_required_is_refused_naming_the_fields(howard, workflow):
    answer = refusal(lambda: Workflow.create(howard, {"subject": "Nothing else"}))
    assert answer.status_code == 422
    assert {"service", "category", "justification"} <= {field for field, _ in answer.json()["errors"]}
    answer = refusal(lambda: workflow.create_task({"subject": "Nothing else"}))
    assert answer.status_code == 422
    assert {"category", "team", "planned_duration"} <= {field for field, _ in answer.json()["errors"]}


def test_linked_tasks_are_assigned_one_after_the_other(howard, workflow, add):
    check, build, test = add("Check"), add("Build"), add("Test")
    assert [task.status for task in (check, build, test)] == ["assigned"] * 3
    for task in (build, test):
        task.update({"status": "registered"})
    # Nothing holds a registered task back but its links.
    assert [status(howard, task) for task in (build, test)] == ["assigned"] * 2
    assert howard.api_call(f"/tasks/{build.id}/predecessors/{check.id}", "POST") == {}
    assert howard.api_call(f"/tasks/{build.id}/successors/{test.id}", "POST") == {}
    for task in (build, test):
        task.update({"status": "registered"})
    assert [status(howard, task) for task in (check, build, test)] == ["assigned", "registered", "registered"]
    assert [task["id"] for task in howard.api_call(f"/tasks/{build.id}/predecessors", "GET")] == [check.id]
    assert [task["id"] for task in howard.api_call(f"/tasks/{build.id}/successors", "GET")] == [test.id]

    answer = refusal(lambda: howard.api_call(f"/tasks/{check.id}/predecessors/{test.id}", "POST"))
    assert answer.status_code == 422 and f"{check.id} → {build.id} → {test.id}" in answer.text

    assert check.close("All is well.").status == "completed"
    assert [status(howard, task) for task in (build, test)] == ["assigned", "registered"]
    assert howard.api_call(f"/tasks/{test.id}/predecessors/{build.id}", "DELETE") is None
    assert status(howard, test) == "assigned"
    assert read(howard, workflow).status is WorkflowStatus.in_progress
    assert build.close().status == test.close().status == "completed"
    done = read(howard, workflow)
    assert (done.status, done.completion_reason) == (WorkflowStatus.completed, "complete") and done.completed_at


def test_tasks_are_linked_when_they_are_created(howard, add):
    check = add("Check")
    build = add("Build", predecessor_ids=[check.id])
    between = add("Announce", predecessor_ids=[check.id], successor_ids=[build.id])
    assert build.status == between.status == "registered"
    before = howard.api_call(f"/tasks/{build.id}/predecessors", "GET")
    assert {task["id"] for task in before} == {check.id, between.id}
    answer = refusal(lambda: add("Nowhere", predecessor_ids=[check.id + 1_000_000]))
    assert answer.status_code == 422


def test_an_approval_task_is_approved_by_as_many_as_it_requires(howard, ellen, mark, workflow, add):
    task = add("Approve", "approval", required_approvals=2)
    ask(howard, task, howard, ellen, mark)
    assert Task.get_by_id(ellen, task.id).approve("The plan is sound.").status == "assigned"
    assert Task.get_by_id(mark, task.id).approve().status == "approved"
    approvals = howard.api_call(f"/tasks/{task.id}/approvals", "GET")
    assert [approval["status"] for approval in approvals] == ["canceled", "approved", "approved"]
    notes = howard.api_call(f"/tasks/{task.id}/notes", "GET")
    assert [(note["person"]["name"], note["text"]) for note in notes] == [
        ("Ellen Brown", "The plan is sound."), ("Mark Camillo", "Task approved by API user")]
    assert read(howard, workflow).status is WorkflowStatus.completed


def test_whoever_is_not_asked_cannot_approve(company, howard, mark, add):
    task = add("Approve", "approval")
    ask(howard, task, mark)
    grace, tom = connect(company, "Grace Madsen"), connect(company, "Tom Waters")
    assert refusal(lambda: Task.get_by_id(howard, task.id).approve()).status_code == 422
    assert refusal(lambda: Task.get_by_id(grace, task.id).approve()).status_code in (403, 422)
    assert refusal(lambda: Task.get_by_id(tom, task.id)).status_code == 404
    assert status(howard, task) == "assigned"
    assert howard.api_call(f"/tasks/{task.id}/notes", "GET") == [], "a refused answer leaves no note"


def test_a_manager_answers_for_an_approver(howard, mark, add):
    task = add("Approve", "approval")
    ask(howard, task, mark)
    assert Task.get_by_id(howard, task.id).approve("He said so.", member_id=mark.api_user.id).status == "approved"
    approvals = howard.api_call(f"/tasks/{task.id}/approvals", "GET")
    assert [(approval["approver"]["name"], approval["status"]) for approval in approvals] == [
        ("Mark Camillo", "approved")]


def test_a_rejection_halts_the_workflow_until_the_task_is_set_back(howard, mark, workflow, add):
    task = add("Approve", "approval")
    ask(howard, task, mark)
    rejected = Task.get_by_id(mark, task.id).reject("Not before the holidays.")
    assert (rejected.status, rejected.rejection_count) == ("rejected", 1) and rejected.finished_at
    assert read(howard, workflow).status is WorkflowStatus.progress_halted
    again = task.update({"status": "assigned"})
    assert (again.status, again.finished_at, again.rejection_count) == ("assigned", None, 1)
    assert read(howard, workflow).status is WorkflowStatus.in_progress
    assert Task.get_by_id(mark, task.id).approve().status == "approved"
    assert read(howard, workflow).status is WorkflowStatus.completed


def test_an_approval_task_is_not_closed_and_another_is_not_approved(howard, add):
    approval, build = add("Approve", "approval"), add("Build")
    with pytest.raises(ValueError):
        approval.close()
    with pytest.raises(ValueError):
        build.approve()
    # The client keeps from both by itself, and so does the server.
    for task, wrong in [(approval, "completed"), (approval, "failed"), (build, "approved"), (build, "rejected")]:
        answer = refusal(lambda: Task.update_by_id(howard, task.id, {"status": wrong}))
        assert answer.status_code == 422 and [field for field, _ in answer.json()["errors"]] == ["status"]


def test_canceled_tasks_release_those_that_wait_and_complete_the_workflow(howard, mark, workflow, add):
    approval = add("Approve", "approval")
    build = add("Build", predecessor_ids=[approval.id])
    ask(howard, approval, mark)
    assert approval.cancel("No longer needed.").status == "canceled"
    assert [one["status"] for one in howard.api_call(f"/tasks/{approval.id}/approvals", "GET")] == ["canceled"]
    assert status(howard, build) == "assigned"
    assert build.cancel().status == "canceled"
    assert read(howard, workflow).status is WorkflowStatus.completed
    assert [note["text"] for note in howard.api_call(f"/tasks/{approval.id}/notes", "GET")] == ["No longer needed."]


def test_closing_a_workflow_cancels_what_is_open(howard, ellen, workflow, add):
    first, second = add("Build"), add("Approve", "approval")
    ask(howard, second, ellen)
    first.close()
    assert refusal(lambda: read(ellen, workflow).close()).status_code == 403
    closed = workflow.close("The project was stopped.", WorkflowCompletionReason.withdrawn)
    assert (closed.status, closed.completion_reason) == (WorkflowStatus.completed, "withdrawn")
    assert [status(howard, task) for task in (first, second)] == ["completed", "canceled"]
    assert [one["status"] for one in howard.api_call(f"/tasks/{second.id}/approvals", "GET")] == ["canceled"]
    notes = howard.api_call(f"/workflows/{workflow.id}/notes", "GET")
    assert [note["text"] for note in notes] == ["The project was stopped."]


def test_a_workflow_with_a_failed_task_is_not_closed_as_complete(howard, workflow, add):
    build = add("Build")
    build.update({"status": "failed", "note": "The switch is broken."})
    answer = refusal(lambda: workflow.close())
    assert answer.status_code == 422 and [field for field, _ in answer.json()["errors"]] == ["completion_reason"]
    assert read(howard, workflow).status is WorkflowStatus.progress_halted
    assert workflow.close(completion_reason=WorkflowCompletionReason.failed).completion_reason == "failed"


def test_a_new_task_reopens_a_completed_workflow(howard, workflow, add):
    add("Build").close()
    assert read(howard, workflow).status is WorkflowStatus.completed
    more = add("Test")
    again = read(howard, workflow)
    assert (again.status, again.completed_at, again.completion_reason) == (WorkflowStatus.in_progress, None, None)
    more.close()
    assert read(howard, workflow).completion_reason == "complete"


def test_workflows_are_listed_by_filters(howard, ellen, workflow, add):
    add("Build")

    def found(connection, *arguments, **options):
        return [one.id for one in Workflow.get_workflows(connection, *arguments, **options)]

    def lists(connection=howard):
        return {name for name in ["open", "completed", "managed_by_me"] if workflow.id in found(connection, name)}

    assert lists() == {"open", "managed_by_me"}
    assert lists(ellen) == {"open"}, "she sees it, and does not run it"
    assert found(howard, "open", {"id": workflow.id}) == [workflow.id]
    assert workflow.id in found(howard, queryfilter={"status": "in_progress", "category": "non_standard"})
    assert workflow.id not in found(howard, queryfilter={"status": "completed"})
    workflow.close(completion_reason="withdrawn")
    assert lists() == {"completed", "managed_by_me"}
    assert refusal(lambda: found(howard, "no_such_filter")).status_code == 404
    assert refusal(lambda: found(howard, queryfilter={"no_such_field": 1})).status_code == 400


def test_tasks_are_listed_by_filters(howard, ellen, workflow, add):
    done, build = add("Check"), add("Build", member_id=ellen.api_user.id)
    approve = add("Approve", "approval")
    later = add("Approve more", "approval", predecessor_ids=[build.id])
    ask(howard, approve, ellen)
    ask(howard, later, ellen)
    done.close()
    names = ["open", "finished", "managed_by_me", "assigned_to_my_team", "assigned_to_me", "approval_by_me"]
    mine = {done.id: "done", build.id: "build", approve.id: "approve", later.id: "later"}

    def lists(connection):
        # `Task.get_tasks` of this client fails by itself when it gets a query filter.
        return {
            name: {mine[task["id"]] for task in Task.get_tasks(connection, name) if task["id"] in mine}
            for name in names}

    everything = {"done", "build", "approve", "later"}
    assert lists(howard) == {
        "open": {"build", "approve", "later"}, "finished": {"done"}, "managed_by_me": everything,
        "assigned_to_my_team": everything, "assigned_to_me": {"done"}, "approval_by_me": set()}
    # A single approver is the member of their task.
    assert lists(ellen) == {
        "open": {"build", "approve", "later"}, "finished": {"done"}, "managed_by_me": set(),
        "assigned_to_my_team": everything, "assigned_to_me": {"build", "approve", "later"},
        "approval_by_me": {"approve"}}
    assert refusal(lambda: Task.get_tasks(howard, "no_such_filter")).status_code == 404


def test_the_tasks_of_a_workflow_are_filtered(howard, workflow, add):
    check, approve = add("Check", "risk_and_impact"), add("Approve", "approval")
    assert {task.id for task in workflow.get_tasks()} == {check.id, approve.id}
    assert [task.id for task in workflow.get_tasks({"category": "approval"})] == [approve.id]
    check.close()
    found = Workflow.get_workflow_tasks_by_workflow_id(howard, workflow.id, {"status": "completed"})
    assert [(task.id, task.subject) for task in found] == [(check.id, "Check")]
    assert refusal(lambda: workflow.get_tasks({"no_such_field": 1})).status_code == 400


def test_the_workflow_of_a_task_is_found(howard, workflow, add):
    task = add("Build")
    assert Task.get_workflow_of_task(howard, task.id).id == workflow.id


def test_notes_are_added_and_read(howard, ellen, workflow, add):
    task = add("Build")
    howard.api_call(f"/workflows/{workflow.id}/notes", "POST", {"text": "It begins."})
    ellen.api_call(f"/tasks/{task.id}/notes", "POST", {"text": "Half done."})
    task.update({"note": "All done.", "copy_note_to_workflow": True})

    def texts(path):
        return [(note["person"]["name"], note["text"]) for note in howard.api_call(path, "GET")]

    assert texts(f"/tasks/{task.id}/notes") == [("Ellen Brown", "Half done."), ("Howard Tanner", "All done.")]
    assert texts(f"/workflows/{workflow.id}/notes") == [
        ("Howard Tanner", "It begins."), ("Howard Tanner", "All done.")]
    answer = refusal(lambda: ellen.api_call(f"/tasks/{task.id}/notes", "POST", {"text": ""}))
    assert answer.status_code == 422


def test_an_administrator_archives_trashes_and_restores(howard, ellen, workflow, add):
    task = add("Build")
    assert refusal(workflow.archive).status_code == 422, "it is not completed"
    task.close()
    assert refusal(lambda: read(ellen, workflow).archive()).status_code == 403

    def is_listed():
        listed = workflow.id in [one.id for one in Workflow.get_workflows(howard)]
        assert (task.id in [one["id"] for one in Task.get_tasks(howard)]) == listed, "its tasks go with it"
        return listed

    assert is_listed()
    for move in (workflow.archive, workflow.trash):
        assert move().id == workflow.id
        assert not is_listed()
        assert workflow.restore().id == workflow.id
        assert is_listed()
