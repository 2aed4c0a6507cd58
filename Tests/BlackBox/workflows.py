"""Workflows as their manager makes them, and what must be true of them whoever works on them."""

import re
from datetime import datetime, timedelta, timezone

import requests

from client import Client
from steward import PATIENCE, run, until


def ok(answer: requests.Response, status: int = 200):
    """The body of an answer that is as it should be."""
    assert answer.status_code == status, f"{answer.request.method} {answer.url}: {answer.status_code} {answer.text}"
    return answer.json()


def refused(answer: requests.Response, *fields: str) -> dict[str, str]:
    """What an answer complains of, by field; it must be these fields."""
    errors = dict(ok(answer, 422)["errors"])
    assert sorted(errors) == sorted(fields), errors
    return errors


class Desk:
    """Somebody who runs workflows, and a service and a team to run them for."""

    def __init__(self, client: Client, service: int, team: int):
        self.client, self.service, self.team = client, service, team

    @classmethod
    def of_demo(cls, demo, database=None) -> "Desk":
        """Howard's, in a demo company; he becomes a workflow manager."""
        done = run(
            "person", "role", "--person", "howard.tanner@widget.example", "--grant", "workflow_manager", "--database",
            database or demo.folder / "demo.sqlite")
        assert done.returncode == 0, done.stderr
        client = demo.client("Howard Tanner")
        found = {path: {one["name"]: one["id"] for one in ok(client.get(path))} for path in ["/services", "/teams"]}
        desk = cls(client, found["/services"]["Company Network"], found["/teams"]["Service Desk"])
        until(lambda: desk.new_workflow().status_code == 201, "the role is known")
        return desk

    @classmethod
    def founded(cls, client: Client) -> "Desk":
        """In a company that has nothing yet, as an administrator who is a workflow manager, too."""
        organization = ok(client.post("/organizations", {"name": "IT"}), 201)["id"]
        team = ok(client.post("/teams", {"name": "Engineers"}), 201)["id"]
        ok(client.post(f"/teams/{team}/members/{ok(client.get('/me'))['id']}", {}))
        service = ok(client.post("/services", {"name": "Network", "provider_id": organization}), 201)["id"]
        return cls(client, service, team)

    def at(self, client: Client) -> "Desk":
        """The same desk, through another client."""
        return Desk(client, self.service, self.team)

    def new_workflow(self, **fields) -> requests.Response:
        return self.client.post("/workflows", {
            "subject": "Replace the core switch", "service_id": self.service, "category": "standard",
            "justification": "improvement", **fields})

    def workflow(self, **fields) -> int:
        return ok(self.new_workflow(**fields), 201)["id"]

    def new_task(self, workflow: int, category: str = "implementation", **fields) -> requests.Response:
        return self.client.post(f"/workflows/{workflow}/tasks", {
            "subject": f"A task of {category}", "category": category, "team_id": self.team, "planned_duration": 60,
            **fields})

    def task(self, workflow: int, category: str = "implementation", **fields) -> int:
        return ok(self.new_task(workflow, category, **fields), 201)["id"]

    def ask(self, task: int, *people: int, **fields) -> list[dict]:
        """Asks people to approve; answers their approvals."""
        return [
            ok(self.client.post(f"/tasks/{task}/approvals", {"approver_id": person, **fields})) for person in people]

    def set(self, task: int, status: str, **fields) -> dict:
        return ok(self.client.patch(f"/tasks/{task}", {"status": status, **fields}))

    def read(self, task: int) -> dict:
        return ok(self.client.get(f"/tasks/{task}"))

    def status(self, task: int) -> str:
        return self.read(task)["status"]

    def outcome(self, workflow: int) -> tuple[str, str | None]:
        """The workflow's status and completion reason."""
        record = ok(self.client.get(f"/workflows/{workflow}"))
        return record["status"], record["completion_reason"]

    def approvals(self, task: int) -> list[dict]:
        return list(self.client.everything(f"/tasks/{task}/approvals"))

    def answers(self, task: int) -> list[str]:
        """How far the approvers are, in the order in which they were asked."""
        return [approval["status"] for approval in self.approvals(task)]

    def moves(self, task: int) -> list[list[str]]:
        """The changes of the task's status, from and to, as its audit tells them from the first to the last."""
        lines = sorted(self.client.everything(f"/tasks/{task}/audit"), key=lambda line: line["id"])
        return [line["changes"]["status"] for line in lines if "status" in line["changes"]]

    def hire(self, name: str, **fields) -> int:
        email = re.sub("[^a-z0-9]+", ".", name.lower()).strip(".") or f"p{abs(hash(name))}"
        body = {"name": name, "primary_email": f"{email}@staff.example", **fields}
        return ok(self.client.post("/people", body), 201)["id"]


def soon(seconds: int = 2) -> str:
    """A time to come, in whole seconds as the wire has them."""
    return (datetime.now(timezone.utc) + timedelta(seconds=seconds)).replace(microsecond=0).isoformat()


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def download(approval: dict) -> bytes:
    """The summary that an approver got, read as their browser does: whoever has the address needs no token."""
    attachment = approval["attachment"]
    assert attachment, f"there is no summary: {approval}"
    answer = requests.get(attachment["uri"], timeout=PATIENCE)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-") and answer.content.rstrip().endswith(b"%%EOF")
    assert len(answer.content) == attachment["size"]
    return answer.content
