"""What people without a role see of workflows and may do: those who are asked to approve, and strangers."""

import pytest

from workflows import Desk, download, ok, refused


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def company(request, start_demo):
    database = None
    if request.param == "postgres":
        database = request.getfixturevalue("cluster").create_database("visibility")
    demo = start_demo("--rate-limit", "off", database=database)
    return demo, Desk.of_demo(demo, database)


@pytest.fixture
def desk(company):
    return company[1]


@pytest.fixture
def people(desk):
    return {one["name"]: one["id"] for one in ok(desk.client.get("/people"))}


@pytest.fixture
def tom(company):
    """An end user."""
    return company[0].client("Tom Waters")


class Asked:
    """A workflow whose one approval task asks Tom and Mark, and two tasks that nobody named Tom on."""

    def __init__(self, desk, people):
        self.workflow = desk.workflow(subject="Nobody's business")
        self.phase = ok(desk.client.post(f"/workflows/{self.workflow}/phases", {"name": "First"}), 201)["id"]
        self.before = desk.task(self.workflow, subject="Before")
        self.task = desk.task(self.workflow, "approval", predecessor_ids=[self.before], required_approvals=2)
        self.after = desk.task(self.workflow, predecessor_ids=[self.task])
        self.of_tom, self.of_mark = [
            approval["id"] for approval in desk.ask(self.task, people["Tom Waters"], people["Mark Camillo"])]
        desk.set(self.before, "completed", note="It is done.")
        ok(desk.client.post(f"/tasks/{self.task}/notes", {"text": "Please look at it."}), 201)
        ok(desk.client.post(f"/tasks/{self.task}/notes", {"text": "Between us.", "internal": True}), 201)


@pytest.fixture
def asked(desk, people):
    return Asked(desk, people)


def test_an_approver_sees_her_task_with_its_approvals_and_notes(tom, asked):
    record = ok(tom.get(f"/tasks/{asked.task}"))
    assert (record["status"], record["category"], record["required_approvals"]) == ("assigned", "approval", 2)
    approvals = ok(tom.get(f"/tasks/{asked.task}/approvals"))
    assert [(one["approver"]["name"], one["status"]) for one in approvals] == [
        ("Tom Waters", "assigned"), ("Mark Camillo", "assigned")]
    assert ok(tom.get(f"/tasks/{asked.task}/approvals/{asked.of_tom}")) == approvals[0]
    assert [one["id"] for one in ok(tom.get(f"/tasks/{asked.task}/approvals?status=assigned"))] == [
        asked.of_tom, asked.of_mark]
    assert ok(tom.get(f"/tasks/{asked.task}/approvals?status=approved")) == []
    assert tom.get(f"/tasks/{asked.task}/approvals?approver=4").status_code == 400
    download(approvals[0])
    assert [note["text"] for note in ok(tom.get(f"/tasks/{asked.task}/notes"))] == ["Please look at it."]
    for path in ["/tasks", "/tasks/open", "/tasks/approval_by_me"]:
        assert asked.task in [task["id"] for task in tom.everything(path)]


def test_an_approver_reads_the_workflow_as_long_as_they_are_asked(desk, tom, asked):
    around = [
        f"/workflows/{asked.workflow}", *(f"/workflows/{asked.workflow}/{part}" for part in [
            "tasks", "tasks/open", "notes", "phases", f"phases/{asked.phase}", "requests", "audit"]),
        *(f"/tasks/{task}{part}" for task in (asked.before, asked.after) for part in [
            "", "/approvals", "/notes", "/predecessors", "/successors", "/audit"]),
    ]
    for path in around:
        assert tom.get(path).status_code == 200, path
    desk.client.post(f"/tasks/{asked.before}/notes", {"text": "Between us.", "internal": True})
    assert [note["text"] for note in ok(tom.get(f"/tasks/{asked.before}/notes"))] == ["It is done."]
    assert {task["id"] for task in ok(tom.get(f"/workflows/{asked.workflow}/tasks"))} == {
        asked.before, asked.task, asked.after}
    assert [task["id"] for task in ok(tom.get(f"/tasks/{asked.task}/predecessors"))] == [asked.before]
    ok(tom.patch(f"/tasks/{asked.task}", {"status": "approved"}))
    for path in around:
        assert tom.get(path).status_code == 404, path


def test_an_approver_finds_in_lists_of_tasks_only_what_they_are_asked(tom, asked):
    hidden = {asked.before, asked.after}
    for path in ["/tasks", "/tasks/open", "/tasks/finished", f"/tasks?workflow={asked.workflow}"]:
        assert not hidden & {task["id"] for task in tom.everything(path)}, path
    assert asked.workflow in [workflow["id"] for workflow in tom.everything("/workflows")]


def test_an_approver_approves_with_a_note(desk, tom, asked):
    answer = ok(tom.patch(f"/tasks/{asked.task}", {"status": "approved", "note": "Fine with me."}))
    assert answer["status"] == "assigned", "two are required"
    assert desk.answers(asked.task) == ["approved", "assigned"]
    note = ok(desk.client.get(f"/tasks/{asked.task}/notes"))[-1]
    assert (note["person"]["name"], note["text"]) == ("Tom Waters", "Fine with me.")
    assert desk.set(asked.task, "approved", member_id=3)["status"] == "approved"
    # It stays hers to read.
    assert ok(tom.get(f"/tasks/{asked.task}"))["status"] == "approved"
    assert desk.status(asked.after) == "assigned"


def test_an_approver_names_herself_as_the_python_client_does(desk, people, tom, asked):
    ok(tom.patch(f"/tasks/{asked.task}", {
        "status": "rejected", "note": "Too soon.", "member_id": people["Tom Waters"]}))
    assert (desk.status(asked.task), desk.answers(asked.task)) == ("rejected", ["rejected", "canceled"])
    refused(tom.patch(f"/tasks/{asked.task}", {"status": "approved"}), "status")


def test_an_approver_changes_her_mind_while_others_are_still_asked(desk, tom, asked):
    ok(tom.patch(f"/tasks/{asked.task}", {"status": "approved"}))
    assert ok(tom.patch(f"/tasks/{asked.task}", {"status": "rejected"}))["status"] == "rejected"
    assert desk.answers(asked.task) == ["rejected", "canceled"]


@pytest.mark.parametrize("body", [
    {"subject": "Mine"}, {"note": "Only a note"}, {"status": "completed"}, {"status": "canceled"},
    {"status": "registered"}, {"status": "in_progress"}, {"required_approvals": 1}, {"member_id": 4},
    {"status": "approved", "subject": "Mine"}, {"status": "approved", "required_approvals": 1},
    {"status": "approved", "copy_note_to_workflow": True, "note": "For all"}, {"status": "approved", "member_id": 3},
], ids=lambda body: "+".join(body))
def test_an_approver_changes_nothing_beyond_her_answer(desk, tom, asked, body):
    before = ok(desk.client.get(f"/tasks/{asked.task}"))
    notes = ok(desk.client.get(f"/tasks/{asked.task}/notes"))
    lines = len(list(desk.client.everything(f"/tasks/{asked.task}/audit")))
    answer = tom.patch(f"/tasks/{asked.task}", body)
    assert answer.status_code == 403, answer.text
    assert ok(desk.client.get(f"/tasks/{asked.task}")) == before
    assert desk.answers(asked.task) == ["assigned", "assigned"], "an answer among what is refused does not count"
    assert ok(desk.client.get(f"/tasks/{asked.task}/notes")) == notes
    assert len(list(desk.client.everything(f"/tasks/{asked.task}/audit"))) == lines


def calls_that_change(asked, people):
    """Every other call that changes something of a workflow."""
    yield from [
        ("POST", f"/tasks/{asked.task}/approvals", {"approver_id": people["Ellen Brown"]}),
        ("PATCH", f"/tasks/{asked.task}/approvals/{asked.of_tom}", {"planned_effort": 1}),
        ("PATCH", f"/tasks/{asked.task}/approvals/{asked.of_mark}", {"approver_id": people["Ellen Brown"]}),
        ("DELETE", f"/tasks/{asked.task}/approvals/{asked.of_mark}", None),
        ("DELETE", f"/tasks/{asked.task}/approvals", None)]
    for side in ["predecessors", "successors"]:
        yield "POST", f"/tasks/{asked.task}/{side}/{asked.before}", None
        yield "DELETE", f"/tasks/{asked.task}/{side}/{asked.before}", None
        yield "DELETE", f"/tasks/{asked.task}/{side}", None


def test_an_approver_changes_neither_who_is_asked_nor_what_waits(desk, people, tom, asked):
    for verb, path, body in calls_that_change(asked, people):
        answer = tom.call(verb, path, **({"json": body} if body else {}))
        assert answer.status_code == 403, (verb, path, answer.text)
    assert desk.answers(asked.task) == ["assigned", "assigned"]
    assert tom.post(f"/workflows/{asked.workflow}/notes", {"text": "Why now?"}).status_code == 201
    for verb, path, body in [
        ("PATCH", f"/workflows/{asked.workflow}", {"subject": "Mine"}),
        ("PATCH", f"/tasks/{asked.before}", {"subject": "Mine"}),
        ("POST", f"/tasks/{asked.after}/notes", {"text": "Mine"}),
    ]:
        assert tom.call(verb, path, json=body).status_code == 403, path
    for path in [f"/workflows/{asked.workflow}/tasks", "/tasks"]:
        body = {"workflow_id": asked.workflow, "subject": "Mine", "category": "approval"}
        assert tom.post(path, body).status_code in (403, 404)


def test_a_stranger_finds_nothing(desk, people, tom):
    asked = Asked(desk, {**people, "Tom Waters": people["Grace Madsen"]})
    for path in ["", "/approvals", f"/approvals/{asked.of_tom}", "/notes", "/predecessors", "/successors", "/audit"]:
        assert tom.get(f"/tasks/{asked.task}{path}").status_code == 404, path
    for body in [{"status": "approved"}, {"status": "approved", "member_id": people["Grace Madsen"]}, {"note": "x"}]:
        assert tom.patch(f"/tasks/{asked.task}", body).status_code == 404
    for verb, path, body in calls_that_change(asked, people):
        assert tom.call(verb, path, **({"json": body} if body else {})).status_code == 404, (verb, path)
    for path in ["/tasks", "/tasks/approval_by_me", "/tasks/finished"]:
        assert asked.task not in [task["id"] for task in tom.everything(path)]
    assert tom.get(f"/workflows/{asked.workflow}").status_code == 404


def test_who_is_asked_no_longer_sees_the_task_no_longer(desk, tom, asked):
    assert tom.get(f"/tasks/{asked.task}").status_code == 200
    assert desk.client.call("DELETE", f"/tasks/{asked.task}/approvals/{asked.of_tom}").status_code == 204
    assert tom.get(f"/tasks/{asked.task}").status_code == 404
    assert tom.patch(f"/tasks/{asked.task}", {"status": "approved"}).status_code == 404
    assert asked.task not in [task["id"] for task in tom.everything("/tasks")]


def test_who_is_replaced_as_an_approver_sees_the_task_no_longer(desk, people, tom, asked):
    ok(desk.client.patch(
        f"/tasks/{asked.task}/approvals/{asked.of_tom}", {"approver_id": people["Ellen Brown"]}))
    assert tom.get(f"/tasks/{asked.task}").status_code == 404


def test_an_auditor_reads_everything_and_changes_nothing(company, people, asked):
    grace = company[0].client("Grace Madsen")
    for path in [f"/workflows/{asked.workflow}", f"/workflows/{asked.workflow}/tasks", f"/tasks/{asked.task}",
                 f"/tasks/{asked.task}/approvals", f"/tasks/{asked.task}/notes"]:
        assert grace.get(path).status_code == 200, path
    for verb, path, body in calls_that_change(asked, people):
        assert grace.call(verb, path, **({"json": body} if body else {})).status_code == 403, (verb, path)
    for path in [f"/workflows/{asked.workflow}", f"/tasks/{asked.task}"]:
        assert grace.patch(path, {"subject": "Hers"}).status_code == 403


def test_lowering_how_many_must_approve_counts_the_answers_anew(desk, tom, asked):
    ok(tom.patch(f"/tasks/{asked.task}", {"status": "approved"}))
    changed = ok(desk.client.patch(f"/tasks/{asked.task}", {"required_approvals": 1}))
    assert changed["status"] == "approved"
    assert desk.answers(asked.task) == ["approved", "canceled"]


def test_removing_who_has_not_answered_counts_the_answers_anew(desk, people, tom):
    task = desk.task(desk.workflow(), "approval", required_approvals=2)
    rest = desk.ask(task, people["Tom Waters"], people["Ellen Brown"], people["Mark Camillo"])
    ok(tom.patch(f"/tasks/{task}", {"status": "rejected"}))
    assert desk.status(task) == "assigned", "two others can still approve"
    assert desk.client.call("DELETE", f"/tasks/{task}/approvals/{rest[1]['id']}").status_code == 204
    assert (desk.status(task), desk.answers(task)) == ("rejected", ["rejected", "canceled"])
