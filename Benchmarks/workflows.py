"""Measures what an approval costs in a large workflow against a small one."""

import http.client
import json
import statistics
import time

LARGE, SMALL = 1000, 10
APPROVALS = 40


def measure(server, say):
    """How long each approval took, in seconds: in one workflow of 1,000 tasks and in workflows of 10."""
    say(f"building workflows of {LARGE:,} and of {SMALL} tasks")
    client = Client(server)
    me = client.call("GET", "/v1/me")["id"]
    large = build(client, me, LARGE, APPROVALS)
    small = [task for _ in range(APPROVALS * 2 // SMALL) for task in build(client, me, SMALL, SMALL // 2)]
    figures = {LARGE: [], SMALL: []}
    for pair in zip(large, small):
        for size, task in zip((LARGE, SMALL), pair):
            start = time.perf_counter()
            client.call("PATCH", f"/v1/tasks/{task}", {"status": "approved"})
            figures[size].append(time.perf_counter() - start)
    return figures


def build(client, approver, size, approvals):
    """A workflow of so many tasks; answers those that wait for an approval."""
    workflow = client.call("POST", "/v1/workflows", {
        "subject": "Bench", "category": "standard", "justification": "move", "service_id": 1})["id"]
    asked = []
    last = None
    for number in range(size):
        task = {"subject": f"Task {number}", "team_id": 1, "planned_duration": 60, "category": "implementation"}
        if number < approvals:
            task["category"] = "approval"
        elif last:
            task["predecessor_ids"] = [last]
        last = client.call("POST", f"/v1/workflows/{workflow}/tasks", task)["id"]
        if number < approvals:
            client.call("POST", f"/v1/tasks/{last}/approvals", {"approver_id": approver})
            asked.append(last)
    return asked


class Client:
    def __init__(self, server):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port)
        self.headers = {"Authorization": f"Bearer {server.specialist}"}

    def call(self, verb, path, body=None):
        self.connection.request(verb, path, json.dumps(body) if body else None, self.headers)
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status >= 300:
            raise SystemExit(f"{verb} {path} was answered with {answer.status}: {content[:300]}")
        return json.loads(content)


def ask_many(server, people):
    """A task with so many approvals; answers its path."""
    client = Client(server)
    workflow = client.call("POST", "/v1/workflows", {
        "subject": "Bench", "category": "standard", "justification": "move", "service_id": 1, "start_at": "2040-01-01"})["id"]
    task = client.call("POST", f"/v1/workflows/{workflow}/tasks", {
        "subject": "Approve", "team_id": 1, "planned_duration": 60, "category": "approval"})["id"]
    # The first two people are the callers.
    for person in range(3, 3 + people):
        client.call("POST", f"/v1/tasks/{task}/approvals", {"approver_id": person})
    return f"/v1/tasks/{task}/approvals?per_page={people}"


def show(figures):
    medians = {size: statistics.median(times) for size, times in figures.items()}
    print()
    for size in (SMALL, LARGE):
        print(f"{f'approving one of {size:,} tasks, median ms':<58}{medians[size] * 1000:>9.2f}")
    print()
    print(f"{'ratio':<58}{'reached':>9}{'bound':>9}")
    print(f"{f'one of {LARGE:,} tasks / one of {SMALL}':<58}{medians[LARGE] / medians[SMALL]:>9.2f}{'<= 2':>9}")
