"""What lists cost that are not the plain one: in mixed directions, of people in teams, and those that desks and
integrations ask for all day; and what their indexes cost when requests are made."""

import http.client
import json
import os
import shutil
import sqlite3
import statistics
import time

# Everyday lists: each is read off an index of its own.
EVERYDAY = [
    "/v1/requests/open", "/v1/requests/assigned_to_my_team", "/v1/requests/assigned_to_me",
    "/v1/requests/requested_by_or_for_me", "/v1/requests/requests_of_my_organization",
    "/v1/requests/problem_management_review", "/v1/requests?service=7", "/v1/requests?organization=1",
    "/v1/requests?category=order", "/v1/requests?workflow=1", "/v1/requests?grouped_into=1",
    "/v1/requests?created_by=77", "/v1/requests?supplier_requestID=a", "/v1/requests?status=assigned,accepted",
    "/v1/requests?team=1,2,3", "/v1/people?sourceID=a", "/v1/people?employeeID=a", "/v1/people?supportID=a",
    "/v1/people?organization=1", "/v1/requests?sort=team&page=2",
]
PLAIN = "/v1/requests?per_page=25"
MIXED = "/v1/requests?sort=team,-id&per_page=25"
# What a list of another kind may cost against the plain one.
INDEXES = "indexes of everyday lists"


class Calls:
    """Calls one after the other over one connection."""

    def __init__(self, port, token):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"Authorization": f"Bearer {token}"}

    def take(self, path):
        """How many milliseconds a call takes."""
        start = time.perf_counter()
        self.connection.request("GET", path, headers=self.headers)
        answer = self.connection.getresponse()
        answer.read()
        assert answer.status == 200, f"{path}: {answer.status}"
        return (time.perf_counter() - start) * 1000

    def make(self, body):
        self.connection.request("POST", "/v1/requests", body, {**self.headers, "Content-Type": "application/json"})
        answer = self.connection.getresponse()
        answer.read()
        assert answer.status == 201, answer.status


def measure(large, rounds, say):
    """The median of what each list costs against the plain one, asked for in turn."""
    say("lists of other kinds")
    specialist, end_user = Calls(large.port, large.specialist), Calls(large.port, large.end_user)
    two, ten = Calls(large.port, large.two_holders), Calls(large.port, large.ten_holders)
    pairs = {
        "mixed": (specialist, MIXED, specialist, PLAIN),
        "two": (two, PLAIN, end_user, PLAIN),
        "ten": (ten, PLAIN, end_user, PLAIN),
    }
    pairs |= {path: (specialist, path, specialist, PLAIN) for path in EVERYDAY}
    ratios = {name: [] for name in pairs}
    for turn in range(rounds * 10 + 3):
        for name, (one, path, other, plain) in pairs.items():
            ratio = one.take(path) / other.take(plain)
            # The first calls fill caches and make plans.
            if turn >= 3:
                ratios[name].append(ratio)
    return {name: statistics.median(figures) for name, figures in ratios.items()}


def show(figures):
    print()
    print(f"{'ratio':<58}{'reached':>9}{'bound':>9}")
    print(f"{'sort=team,-id / the plain list, latency':<58}{figures['mixed']:>9.2f}{'<= 3':>9}")
    print(f"{'list of a person with two holders / with one, latency':<58}{figures['two']:>9.2f}{'<= 2':>9}")
    print(f"{'list of a person with ten holders / with one, latency':<58}{figures['ten']:>9.2f}{'<= 3':>9}")
    worst = max(EVERYDAY, key=lambda path: figures[path])
    print(f"{'dearest of everyday lists / the plain list, latency':<58}{figures[worst]:>9.2f}{'':>9}  {worst}")
    median = statistics.median(figures[path] for path in EVERYDAY)
    print(f"{'everyday lists / the plain list, latency, median':<58}{median:>9.2f}{'<= 2':>9}")


def measure_writes(serving, binary, database, tokens, folder, rounds, say):
    """How long requests take to be made with the indexes of everyday lists, against the same without them."""
    say(f"making requests with and without the {INDEXES}")
    bare = os.path.join(folder, "bare.sqlite")
    shutil.copy(database, bare)
    with sqlite3.connect(bare) as file:
        for (name,) in file.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'requests' AND (name LIKE"
                " 'requests_open%' OR name IN ('requests_category', 'requests_impact', 'requests_service_id',"
                " 'requests_organization_id', 'requests_created_by_id', 'requests_supplier', 'requests_review'))"
        ).fetchall():
            file.execute(f"DROP INDEX {name}")
    body = json.dumps({"subject": "The printer does not print", "category": "incident", "impact": "low", "team_id": 7})
    with serving(binary, database) as (full_port, _), serving(binary, bare) as (bare_port, _):
        full, without = Calls(full_port, tokens[0]), Calls(bare_port, tokens[0])
        ratios = []
        for turn in range(rounds + 1):
            times = []
            for calls in (full, without):
                start = time.perf_counter()
                for _ in range(400):
                    calls.make(body)
                times.append(time.perf_counter() - start)
            if turn:
                ratios.append(times[0] / times[1])
    return statistics.median(ratios)


def show_writes(ratio):
    print(f"{'making requests with / without the ' + INDEXES:<58}{ratio:>9.2f}{'<= 1.15':>9}")
