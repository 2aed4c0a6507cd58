"""Measures what the end of a task costs in a large release against a small one, and lists of releases."""

import statistics
import time

from workflows import Client

LARGE, SMALL = 200, 1
TASKS = 50
ENDS = 40


def measure(server, say):
    """How long each end took, in seconds: in a release of 200 workflows with 50 tasks each, and in one of one."""
    say(f"building releases of {LARGE} workflows and of {SMALL}, with {TASKS} tasks each")
    client = Client(server)
    large, small = build(client, LARGE), build(client, SMALL)
    figures = {LARGE: [], SMALL: []}
    for pair in zip(large, small):
        for size, task in zip((LARGE, SMALL), pair):
            start = time.perf_counter()
            client.call("PATCH", f"/v1/tasks/{task}", {"status": "completed"})
            figures[size].append(time.perf_counter() - start)
    return figures


def build(client, workflows):
    """A release of so many workflows; answers tasks that are under way, of each workflow in turn."""
    release = client.call("POST", "/v1/releases", {"subject": "Bench"})["id"]
    tasks = []
    for _ in range(workflows):
        workflow = client.call("POST", "/v1/workflows", {
            "subject": "Bench", "category": "standard", "justification": "move", "service_id": 1})["id"]
        tasks.append([
            client.call("POST", f"/v1/workflows/{workflow}/tasks", {
                "subject": f"Task {number}", "team_id": 1, "planned_duration": 60, "category": "implementation"})["id"]
            for number in range(TASKS)])
        client.call("POST", f"/v1/releases/{release}/workflows/{workflow}", {})
    return [task for together in zip(*tasks) for task in together][:ENDS]


def show(figures, calls, walk):
    medians = {size: statistics.median(times) for size, times in figures.items()}
    rates = {name: statistics.median(rate for rate, _ in calls[name]) for name in ("releases", "releases from memory")}
    lists = statistics.median(
        one[0] / other[0] for one, other in zip(calls["releases"], calls["releases from memory"]))
    print()
    for name, label in [("releases from memory", "25 releases from memory, a second"), ("releases", "25 releases, a second")]:
        print(f"{label:<58}{rates[name]:>9,.0f}")
    for size in (SMALL, LARGE):
        print(f"{f'ending a task in a release of {size} workflows, median ms':<58}{medians[size] * 1000:>9.2f}")
    print()
    print(f"{'ratio':<58}{'reached':>9}{'bound':>9}")
    print(f"{'releases / memory, requests/s':<58}{lists:>9.2f}{'>= 0.5':>9}")
    print(f"{'last / first tenth of ' + f'{walk[1]:,} pages of releases':<58}{walk[0]:>9.2f}{'<= 1.3':>9}")
    print(f"{f'release of {LARGE} / of {SMALL}, one task':<58}{medians[LARGE] / medians[SMALL]:>9.2f}{'<= 2':>9}")
