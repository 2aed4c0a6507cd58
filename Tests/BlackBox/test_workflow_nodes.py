"""Several servers work on the workflows of one PostgreSQL database as if they were one."""

import random
import threading

import pytest

from client import Client
from load import at_work
from steward import free_port, until
from test_nodes import at_once
from workflows import Desk, moment, ok, refused, soon

ROUNDS = 25


@pytest.fixture
def database(postgres_database):
    return postgres_database


@pytest.fixture
def query(cluster, database):
    return lambda sql: cluster.query(sql, database.rpartition("/")[2])


@pytest.fixture
def manager(howard, steward):
    steward("person", "role", "--person", "howard@widget.example", "--grant", "workflow_manager")
    return howard


@pytest.fixture
def nodes(serve, manager):
    """Two servers on the test's database."""
    return [serve("--rate-limit", "off", "--log-level", "warning", port=free_port()) for _ in range(2)]


@pytest.fixture
def desks(nodes, manager):
    """Howard's desk at each node."""
    here, there = (Client(node, manager) for node in nodes)
    desk = Desk.founded(here)
    return [desk, desk.at(there)]


@pytest.fixture
def approvers(nodes, desks, steward):
    """Two people without a role, one at each node: their ids and their desks."""
    ids = [desks[0].hire(name) for name in ["Ann Archer", "Bob Baker"]]
    tokens = [steward("token", "create", "--person", f"{name}@staff.example") for name in ["ann.archer", "bob.baker"]]
    return ids, [desks[0].at(Client(node, token)) for node, token in zip(nodes, tokens)]


def answering(desk, task, status, **fields):
    return lambda: desk.client.patch(f"/tasks/{task}", {"status": status, **fields})


def test_two_who_approve_at_once_at_two_nodes_are_both_counted(desks, approvers):
    ids, (ann, bob) = approvers
    for number in range(ROUNDS):
        desk = desks[number % 2]
        workflow = desk.workflow()
        task = desk.task(workflow, "approval", required_approvals=2)
        desk.ask(task, *ids)
        given = at_once(
            answering(ann, task, "approved", note="Yes, says Ann."), answering(bob, task, "approved", note="Yes."))
        assert sorted(ok(answer)["status"] for answer in given) == ["approved", "assigned"], "one came first"
        for desk in desks:
            assert desk.answers(task) == ["approved", "approved"]
            assert desk.status(task) == "approved"
            assert desk.outcome(workflow) == ("completed", "complete")
            assert desk.moves(task) == [[None, "registered"], ["registered", "assigned"], ["assigned", "approved"]]
        assert {note["person"]["id"] for note in ok(desk.client.get(f"/tasks/{task}/notes"))} == set(ids)


def test_of_three_who_approve_at_once_no_more_are_counted_than_decide(nodes, desks, approvers, steward):
    ids, (ann, bob) = approvers
    third = desks[0].hire("Cay Cook")
    cay = desks[0].at(Client(nodes[0], steward("token", "create", "--person", "cay.cook@staff.example")))
    for _ in range(ROUNDS // 2):
        task = desks[0].task(desks[0].workflow(), "approval", required_approvals=2)
        desks[0].ask(task, *ids, third)
        given = at_once(*(answering(desk, task, "approved") for desk in (ann, bob, cay)))
        # Whoever comes last is not asked any more.
        statuses = sorted(answer.status_code for answer in given)
        assert statuses == [200, 200, 422], [answer.text for answer in given]
        assert sorted(desks[1].answers(task)) == ["approved", "approved", "canceled"]
        assert [move[1] for move in desks[1].moves(task)].count("approved") == 1


def test_one_who_approves_and_one_who_rejects_at_once_reject(desks, approvers):
    ids, (ann, bob) = approvers
    for _ in range(ROUNDS // 2):
        workflow = desks[0].workflow()
        task = desks[0].task(workflow, "approval", required_approvals=2)
        desks[0].ask(task, *ids)
        yes, no = at_once(answering(ann, task, "approved"), answering(bob, task, "rejected"))
        assert no.status_code == 200, no.text
        record = desks[1].read(task)
        assert (record["status"], record["rejection_count"]) == ("rejected", 1)
        if yes.status_code == 200:
            assert desks[1].answers(task) == ["approved", "rejected"]
        else:
            refused(yes, "status")
            assert desks[1].answers(task) == ["canceled", "rejected"]
        assert desks[1].outcome(workflow) == ("progress_halted", None)


def test_two_who_complete_parallel_tasks_at_once_assign_what_waits_for_both_once(desks, approvers):
    (ann, _), _ = approvers
    here, there = desks
    for _ in range(ROUNDS):
        workflow = here.workflow()
        first, second = here.task(workflow), here.task(workflow)
        joint = here.task(workflow, "approval", predecessor_ids=[first, second])
        here.ask(joint, ann)
        given = at_once(answering(here, first, "completed"), answering(there, second, "completed"))
        assert [ok(answer)["status"] for answer in given] == ["completed"] * 2
        for desk in desks:
            approval, = desk.approvals(joint)
            assert (desk.status(joint), approval["status"]) == ("assigned", "assigned")
            assert desk.moves(joint)[-1] == ["registered", "assigned"]
            assert [move[1] for move in desk.moves(joint)].count("assigned") == 1
            assert desk.outcome(workflow) == ("in_progress", None)
            assert approval["attachment"], "whoever assigned it made the summary before answering"


def test_two_links_made_at_once_never_close_a_circle(desks):
    here, there = desks
    for _ in range(ROUNDS // 2):
        workflow = here.workflow()
        first, second = here.task(workflow), here.task(workflow)
        given = at_once(
            lambda: here.client.post(f"/tasks/{first}/predecessors/{second}", {}),
            lambda: there.client.post(f"/tasks/{second}/predecessors/{first}", {}))
        assert sorted(answer.status_code for answer in given) == [200, 422], [answer.text for answer in given]
        refused(next(answer for answer in given if answer.status_code == 422), "predecessor")
        links = [ok(here.client.get(f"/tasks/{task}/predecessors")) for task in (first, second)]
        assert sorted(map(len, links)) == [0, 1]


def test_somebody_asked_at_both_nodes_at_once_is_asked_once(desks, approvers):
    (ann, _), _ = approvers
    here, there = desks
    for _ in range(ROUNDS // 2):
        task = here.task(here.workflow(), "approval")
        given = at_once(*(
            lambda desk=desk: desk.client.post(f"/tasks/{task}/approvals", {"approver_id": ann}) for desk in desks))
        assert sorted(answer.status_code for answer in given) == [200, 422], [answer.text for answer in given]
        refused(next(answer for answer in given if answer.status_code == 422), "approver")
        assert there.answers(task) == ["assigned"]
        assert there.read(task)["member"]["id"] == ann


def test_a_task_added_while_the_last_one_is_completed_is_open_and_so_is_the_workflow(desks):
    here, there = desks
    for _ in range(ROUNDS // 2):
        workflow = here.workflow()
        last = here.task(workflow)
        done, added = at_once(answering(here, last, "completed"), lambda: there.new_task(workflow))
        assert ok(done)["status"] == "completed"
        assert there.status(ok(added, 201)["id"]) == "assigned"
        record = ok(here.client.get(f"/workflows/{workflow}"))
        assert (record["status"], record["completed_at"], record["completion_reason"]) == ("in_progress", None, None)


def test_what_comes_due_is_assigned_once(desks, approvers):
    (ann, _), _ = approvers
    here, there = desks
    begin = soon(3)
    waiting = []
    for _ in range(8):
        workflow = here.workflow(start_at=begin)
        task, late = here.task(workflow, "approval"), here.task(workflow, start_at=begin)
        here.ask(task, ann)
        waiting += [task, late]
    until(lambda: all(there.status(task) == "assigned" for task in waiting), "what is due is assigned")
    for task in waiting:
        assert [move[1] for move in here.moves(task)].count("assigned") == 1
        record = here.read(task)
        assert moment(record["assigned_at"]) >= moment(begin), "not before its time"
        if record["category"] == "approval":
            # It is assigned first, and the summary is made after that.
            assert until(lambda: there.approvals(task)[0]["attachment"], "the summary is there")


class Worker:
    """Does anything to the tasks of a few workflows, while others do the same."""

    def __init__(self, desk, seed, workflows, tasks, people):
        self.desk, self.workflows, self.tasks, self.people = desk, workflows, tasks, people
        self.random = random.Random(seed)
        self.answers = {}
        self.complaints = []
        self.is_over = threading.Event()

    def run(self):
        try:
            while not self.is_over.is_set():
                self.work()
        except Exception as complaint:
            self.complaints.append(repr(complaint))

    def work(self):
        client, choice = self.desk.client, self.random.random()
        workflow = self.random.choice(self.workflows)
        tasks = self.tasks[workflow]
        task, other = self.random.choice(tasks), self.random.choice(tasks)
        if choice < 0.45:
            status = self.random.choice(
                ["registered", "assigned", "completed", "failed", "approved", "rejected", "canceled"])
            answer = client.patch(f"/tasks/{task}", {"status": status, "member_id": self.random.choice(self.people)})
        elif choice < 0.6:
            answer = client.call(
                self.random.choice(["POST", "DELETE"]), f"/tasks/{task}/predecessors/{other}")
        elif choice < 0.75:
            answer = client.post(f"/tasks/{task}/approvals", {"approver_id": self.random.choice(self.people)})
        elif choice < 0.85:
            answer = client.call("DELETE", f"/tasks/{task}/approvals")
        elif choice < 0.95:
            answer = client.patch(f"/workflows/{workflow}", {"start_at": soon(self.random.randint(-1, 1))})
        else:
            answer = self.desk.new_task(workflow, self.random.choice(["implementation", "approval"]))
            if answer.status_code == 201:
                tasks.append(answer.json()["id"])
        self.answers[answer.status_code] = self.answers.get(answer.status_code, 0) + 1
        if answer.status_code not in (200, 201, 204, 404, 422):
            self.complaints.append((answer.request.method, answer.url, answer.status_code, answer.text))


def test_what_is_done_to_the_same_workflows_at_both_nodes_leaves_them_in_order(
    nodes, manager, desks, approvers, query
):
    ids, _ = approvers
    desk = desks[0]
    workflows = [desk.workflow() for _ in range(2)]
    tasks = {
        workflow: [desk.task(workflow, category) for category in ["implementation", "approval"] * 3]
        for workflow in workflows}
    workers = [Worker(desk.at(Client(nodes[i % 2], manager)), i, workflows, tasks, ids) for i in range(6)]
    with at_work(workers):
        until(lambda: sum(sum(worker.answers.values()) for worker in workers) >= 600, "much is done")
    answers = {}
    for worker in workers:
        for status, count in worker.answers.items():
            answers[status] = answers.get(status, 0) + count
    print(answers)
    assert {200, 204, 422} <= set(answers)
    # No count differs from the rows, no circle was closed, and every workflow is as far as its tasks are.
    for path, where in [("/tasks/open", "status < 90"), ("/tasks/finished", "status >= 90"), ("/tasks", "true")]:
        for desk in desks:
            total = desk.client.get(f"{path}?per_page=1").headers["X-Pagination-Total-Entries"]
            assert [total] == query(f"SELECT count(*) FROM tasks WHERE {where}")
    circles = query(
        "WITH RECURSIVE path AS (SELECT task_id, successor_id FROM task_links UNION"
        " SELECT path.task_id, l.successor_id FROM path JOIN task_links l ON l.task_id = path.successor_id)"
        " SELECT count(*) FROM path WHERE task_id = successor_id")
    assert circles == ["0"]
    for workflow in workflows:
        states = {task["status"] for task in desk.client.everything(f"/workflows/{workflow}/tasks")}
        completed = desk.outcome(workflow)[0] == "completed"
        assert completed == (states <= {"completed", "approved", "canceled"}), states
    for task in sum(tasks.values(), []):
        # Every move begins where the one before ended.
        moves = desk.moves(task)
        assert all(before[1] == after[0] for before, after in zip(moves, moves[1:])), moves
        assert moves[-1][1] == desk.status(task)
