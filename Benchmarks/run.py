"""Measures Steward against itself and prints a table of ratios.

Machines are noisy, so every figure is a ratio of runs taken in turn, and the median of several rounds. Nothing is left
behind: databases lie in a temporary folder.
"""

import argparse
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


def main():
    options = parse_arguments()
    with tempfile.TemporaryDirectory(prefix="steward-bench-") as folder, contextlib.ExitStack() as stack:
        large = stack.enter_context(server(options.binary, folder, options.rows))
        small = stack.enter_context(server(options.binary, folder, max(options.rows // 100, 1000)))
        figures = measure(large, small, options)
        walk = walk_ratio(large)
    print_table(options.rows, figures, walk)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True, help="the built steward-bench")
    parser.add_argument("--rows", type=int, default=1_000_000, help="requests in the large database")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4, help="how long each run of a round lasts")
    return parser.parse_args()


class Server:
    def __init__(self, port, specialist, end_user):
        self.port, self.specialist, self.end_user = port, specialist, end_user


@contextlib.contextmanager
def server(binary, folder, rows):
    """A seeded database with a server on it."""
    database = os.path.join(folder, f"{rows}.sqlite")
    say(f"seeding {rows:,} requests")
    seeded = subprocess.run([binary, "seed", database, str(rows)], check=True, capture_output=True, text=True)
    specialist, end_user = seeded.stdout.split()
    port = free_port()
    process = subprocess.Popen([binary, "serve", database, str(port)])
    try:
        wait_until_healthy(port)
        yield Server(port, specialist, end_user)
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
    }
    figures = {name: [] for name in calls}
    for name in calls:
        load(*calls[name], seconds=1)
    for round_number in range(options.rounds):
        say(f"round {round_number + 1} of {options.rounds}")
        for name in calls:
            figures[name].append(load(*calls[name], seconds=options.seconds))
    return figures


def load(port, token, path, seconds):
    """64 connections for so many seconds: (requests a second, median latency in ms)."""
    command = [
        "wrk", "-t2", "-c64", f"-d{seconds}s", "--latency",
        "-H", f"Authorization: Bearer {token}", f"http://127.0.0.1:{port}{path}",
    ]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in output:
        raise SystemExit(f"{path} was not answered with 200:\n{output}")
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", output).group(1))
    value, unit = re.search(r"50%\s+([\d.]+)(us|ms|s)", output).groups()
    return rate, float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def walk_ratio(large):
    """How long the last tenth of all pages takes against the first, following Link."""
    say("walking all requests by Link")
    connection = socket.create_connection(("127.0.0.1", large.port))
    target, times = "/v1/requests?per_page=100", []
    while target:
        start = time.perf_counter()
        head = fetch(connection, target, large.specialist)
        times.append(time.perf_counter() - start)
        link = re.search(rb'<http://[^/]+([^>]+)>; rel="next"', head)
        target = link.group(1).decode() if link else None
    connection.close()
    tenth = max(len(times) // 10, 1)
    return sum(times[-tenth:]) / sum(times[:tenth]), len(times)


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
    ]:
        print(f"{label:<42}{rates[name]:>12,.0f}{latencies[name]:>12.2f}")
    print()
    print(f"{'ratio':<58}{'reached':>9}{'bound':>9}")
    print(f"{'list / memory, requests/s':<58}{ratio('list', 'memory', 0):>9.2f}{'>= 0.45':>9}")
    print(f"{'list of the large / the small database, median latency':<58}{ratio('list', 'small', 1):>9.2f}{'<= 1.2':>9}")
    print(f"{'last / first tenth of ' + f'{walk[1]:,} pages by Link':<58}{walk[0]:>9.2f}{'<= 1.3':>9}")
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
