"""Measures Steward against itself and prints a table of ratios.

Machines are noisy, so every figure is a ratio of runs taken in turn, and the median of several rounds. Nothing is left
behind: databases lie in a temporary folder.
"""

import argparse
import concurrent.futures
import contextlib
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

# Behind this folder: the tests have files of the same names.
sys.path.append(str(Path(__file__).parents[1] / "Tests/BlackBox"))
from postgres import USER, Cluster, programs  # noqa: E402

import files  # noqa: E402
import lists  # noqa: E402
import releases  # noqa: E402
import workflows  # noqa: E402


def main():
    options = parse_arguments()
    with tempfile.TemporaryDirectory(prefix="steward-bench-") as folder:
        with contextlib.ExitStack() as stack:
            large = stack.enter_context(server(options.binary, folder, options.rows))
            small = stack.enter_context(server(options.binary, folder, max(options.rows // 100, 1000)))
            figures = measure(large, small, options)
            walk = walk_ratio(large, "requests")
            release_walk = walk_ratio(large, "releases")
            others = lists.measure(large, options.rounds, say)
            approvals = workflows.measure(small, say)
            finished = releases.measure(small, say)
            transfers = files.measure(small, folder, free_port(), options.rounds, say)
        writes = lists.measure_writes(
            serving, options.binary, large.database, [large.specialist], folder, options.rounds, say)
        print_table(options.rows, figures, walk)
        lists.show(others)
        lists.show_writes(writes)
        workflows.show(approvals)
        releases.show(finished, figures, release_walk)
        files.show(*transfers)
        print_postgres(options.rows, measure_postgres(large, options))


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True, help="the built steward-bench")
    parser.add_argument("--rows", type=int, default=1_000_000, help="requests in the large database")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4, help="how long each run of a round lasts")
    return parser.parse_args()


class Server:
    def __init__(self, database, port, process, specialist, end_user, two_holders, ten_holders):
        self.database, self.port, self.process = database, port, process
        self.specialist, self.end_user = specialist, end_user
        self.two_holders, self.ten_holders = two_holders, ten_holders


@contextlib.contextmanager
def server(binary, folder, rows):
    """A seeded database with a server on it."""
    database = os.path.join(folder, f"{rows}.sqlite")
    say(f"seeding {rows:,} requests")
    seeded = subprocess.run([binary, "seed", database, str(rows)], check=True, capture_output=True, text=True)
    with serving(binary, database) as (port, process):
        yield Server(database, port, process, *seeded.stdout.split())


@contextlib.contextmanager
def serving(binary, database):
    """A server on a database; answers its port and process."""
    port = free_port()
    process = subprocess.Popen([binary, "serve", database, str(port)])
    try:
        wait_until_healthy(port)
        yield port, process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def measure(large, small, options):
    """Requests a second and median latency of each call, taken in turn."""
    calls = {
        "memory": (large.port, large.specialist, "/v1/replay?per_page=25"),
        "list": (large.port, large.specialist, "/v1/requests?per_page=25"),
        "small": (small.port, small.specialist, "/v1/requests?per_page=25"),
        "end user": (large.port, large.end_user, "/v1/requests?per_page=25"),
        "releases from memory": (large.port, large.specialist, "/v1/replay/releases?per_page=25"),
        "releases": (large.port, large.specialist, "/v1/releases?per_page=25"),
        "approvals": (small.port, small.specialist, workflows.ask_many(small, 25)),
    }
    figures = {name: [] for name in calls}
    for name in calls:
        load(*calls[name], seconds=1)
    for round_number in range(options.rounds):
        say(f"round {round_number + 1} of {options.rounds}")
        for name in calls:
            figures[name].append(load(*calls[name], seconds=options.seconds))
    return figures


def load(port, token, path, seconds, connections=64):
    """So many connections for so many seconds: (requests a second, median latency in ms)."""
    command = [
        "wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--latency",
        "-H", f"Authorization: Bearer {token}", f"http://127.0.0.1:{port}{path}",
    ]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in output:
        raise SystemExit(f"{path} was not answered with 200:\n{output}")
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", output).group(1))
    value, unit = re.search(r"50%\s+([\d.]+)(us|ms|s)", output).groups()
    return rate, float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def walk_ratio(large, name):
    """How long the last tenth of all pages of a list takes against the first, following Link: the pages of both are then fetched
    in turn, since the machine is another one minute later."""
    say(f"walking all {name} by Link")
    connection = socket.create_connection(("127.0.0.1", large.port))
    target, targets = f"/v1/{name}?per_page=100", []
    while target:
        targets.append(target)
        link = re.search(rb'<http://[^/]+([^>]+)>; rel="next"', fetch(connection, target, large.specialist))
        target = link.group(1).decode() if link else None
    tenth = max(len(targets) // 10, 1)
    times = {"first": [], "last": []}
    for first, last in zip(targets[:tenth], targets[-tenth:]):
        for name, target in (("first", first), ("last", last)):
            start = time.perf_counter()
            fetch(connection, target, large.specialist)
            times[name].append(time.perf_counter() - start)
    connection.close()
    return statistics.median(times["last"]) / statistics.median(times["first"]), len(targets)


def fetch(connection, target, token):
    """One call on a kept connection; answers the head."""
    connection.sendall(
        f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(1 << 18)
    head, _, body = received.partition(b"\r\n\r\n")
    length = int(re.search(rb"(?i)content-length: (\d+)", head).group(1))
    missing = length - len(body)
    while missing > 0:
        missing -= len(connection.recv(min(missing, 1 << 18)))
    return head


CLIENTS = 64


def measure_postgres(large, options):
    """The same requests on PostgreSQL: pages a second at the store against pgbench with the same statement, and requests
    a second of one server and of two, against the same bytes from memory."""
    say(f"copying {options.rows:,} requests to PostgreSQL")
    cluster = Cluster(port=free_port())
    try:
        cluster.create("shared_buffers=1GB", "max_wal_size=8GB").start()
        url = cluster.create_database("bench")
        subprocess.run([options.binary, "copy", large.database, url], check=True)
        cluster.query("VACUUM ANALYZE", "bench")
        script = write_statement(cluster, url, large.specialist, options)
        figures = {name: [] for name in ["pgbench", "store", "memory 1", "list 1", "memory 2", "list 2"]}
        with serving(options.binary, url) as (one, _), serving(options.binary, url) as (other, _):
            for round_number in range(options.rounds):
                say(f"PostgreSQL, round {round_number + 1} of {options.rounds}")
                figures["pgbench"].append(pgbench(cluster, script, options.seconds))
                figures["store"].append(read(options, url, large.specialist, options.seconds))
                for name, path in [("memory", "/v1/replay?per_page=25"), ("list", "/v1/requests?per_page=25")]:
                    figures[f"{name} 1"].append(load_all([one], large.specialist, path, options.seconds))
                    figures[f"{name} 2"].append(load_all([one, other], large.specialist, path, options.seconds))
        return figures
    finally:
        cluster.remove()


def write_statement(cluster, url, token, options):
    """The statement that reads a page, as the server logged it, as a script of pgbench."""
    cluster.query("ALTER DATABASE bench SET log_min_duration_statement = 0")
    read(options, url, token, 1, tasks=1)
    cluster.query("ALTER DATABASE bench RESET log_min_duration_statement")
    log = (cluster.folder / "log").read_text()
    statement, values = re.findall(
        r"execute s\d+: (SELECT t\.id,.* FROM requests t .*)\n.*parameters: (.*)", log)[-1]
    for number, value in reversed(re.findall(r"\$(\d+) = '(\d+)'", values)):
        statement = statement.replace(f"${number}", f":p{number}")
    script = cluster.folder / "page.sql"
    sets = "".join(f"\\set p{number} {value}\n" for number, value in re.findall(r"\$(\d+) = '(\d+)'", values))
    script.write_text(f"{sets}{statement};\n")
    return script


def pgbench(cluster, script, seconds):
    """Transactions a second, with plans made as ours are."""
    output = subprocess.run(
        [str(programs() / "pgbench"), "-n", "-M", "prepared", "-f", str(script), "-c", str(CLIENTS), "-j", "2", "-T",
         str(seconds), "-h", str(cluster.folder), "-p", str(cluster.port), "-U", USER, "bench"],
        check=True, capture_output=True, text=True, env={**os.environ, "PGOPTIONS": "-c plan_cache_mode=force_generic_plan"},
    ).stdout
    return float(re.search(r"tps = ([\d.]+)", output).group(1))


def read(options, url, token, seconds, tasks=CLIENTS):
    """Pages a second at the store, without HTTP."""
    done = subprocess.run(
        [options.binary, "read", url, token, "--seconds", str(seconds), "--tasks", str(tasks)],
        check=True, capture_output=True, text=True)
    return float(done.stdout)


def load_all(ports, token, path, seconds):
    """Requests a second of all servers together, sharing 64 connections."""
    with concurrent.futures.ThreadPoolExecutor() as pool:
        runs = [pool.submit(load, port, token, path, seconds, 64 // len(ports)) for port in ports]
        return sum(run.result()[0] for run in runs)


def print_postgres(rows, figures):
    def ratio(numerator, denominator):
        return statistics.median(one / other for one, other in zip(figures[numerator], figures[denominator]))

    print()
    print(f"{'on PostgreSQL':<58}{'a second':>9}")
    for name, label in [
        ("pgbench", f"pgbench, the same statement, {CLIENTS} clients"),
        ("store", f"25 of {rows:,} requests at the store, {CLIENTS} at a time"),
        ("memory 1", "25 requests from memory, one server"),
        ("list 1", f"25 of {rows:,} requests, one server"),
        ("memory 2", "25 requests from memory, two servers"),
        ("list 2", f"25 of {rows:,} requests, two servers"),
    ]:
        print(f"{label:<58}{statistics.median(figures[name]):>9,.0f}")
    print()
    print(f"{'ratio':<58}{'reached':>9}{'bound':>9}")
    print(f"{'store / pgbench':<58}{ratio('store', 'pgbench'):>9.2f}{'>= 0.5':>9}")
    print(f"{'list / memory, one server':<58}{ratio('list 1', 'memory 1'):>9.2f}")
    print(f"{'list / memory, two servers':<58}{ratio('list 2', 'memory 2'):>9.2f}")


def print_table(rows, figures, walk):
    def ratio(numerator, denominator, figure):
        pairs = zip(figures[numerator], figures[denominator])
        return statistics.median(one[figure] / other[figure] for one, other in pairs)

    rates = {name: statistics.median(rate for rate, _ in runs) for name, runs in figures.items()}
    latencies = {name: statistics.median(latency for _, latency in runs) for name, runs in figures.items()}
    print()
    print(f"{'call':<42}{'requests/s':>12}{'median ms':>12}")
    for name, label in [
        ("memory", "25 requests from memory"),
        ("list", f"25 of {rows:,} requests, specialist"),
        ("small", f"25 of {max(rows // 100, 1000):,} requests, specialist"),
        ("end user", f"25 of 50 visible among {rows:,}"),
        ("approvals", "25 approvals of a task"),
    ]:
        print(f"{label:<42}{rates[name]:>12,.0f}{latencies[name]:>12.2f}")
    print()
    print(f"{'ratio':<58}{'reached':>9}{'bound':>9}")
    print(f"{'list / memory, requests/s':<58}{ratio('list', 'memory', 0):>9.2f}{'>= 0.45':>9}")
    print(f"{'list of the large / the small database, median latency':<58}{ratio('list', 'small', 1):>9.2f}{'<= 1.2':>9}")
    print(f"{'last / first tenth of ' + f'{walk[1]:,} pages by Link':<58}{walk[0]:>9.2f}{'<= 1.3':>9}")
    print(f"{'approvals / memory, requests/s':<58}{ratio('approvals', 'memory', 0):>9.2f}{'>= 0.45':>9}")
    cost = 1 / ratio("end user", "list", 0)
    print(f"{'end user / specialist, cost of a list':<58}{cost:>9.2f}{'<= 2':>9}")


def wait_until_healthy(port):
    for _ in range(200):
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz").read()
            return
        time.sleep(0.05)
    raise SystemExit("the server did not start")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def say(text):
    print(text, file=sys.stderr, flush=True)


main()
