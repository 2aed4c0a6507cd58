"""The server is killed under load, as by a power cut. Whatever it answered before is there afterwards."""

import sqlite3
import time

import pytest

from client import Client
from load import Writer, at_work, check_answered_writes, check_the_counts, written
from steward import until

THREADS = 8
ROUNDS = 3
LOAD_SECONDS = 2


def load_and_kill(server, token, people, round_number):
    writers = [Writer(server, token, f"Round {round_number}, thread {i}", people) for i in range(THREADS)]
    with at_work(writers):
        time.sleep(LOAD_SECONDS)
        until(lambda: all(writer.statuses for writer in writers), "every thread has written")
        server.kill()
    assert all(writer.requests and writer.notes and writer.watches and writer.statuses for writer in writers)
    return writers


def check_the_file(client, database):
    """The file is sound, and what is counted beside the rows agrees with the rows."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        check_the_counts(client, lambda sql: ["|".join(map(str, row)) for row in connection.execute(sql)])
    finally:
        connection.close()


@pytest.mark.timeout(240)
def test_no_answered_write_is_lost_when_the_server_is_killed(howard, steward, serve, database):
    people = [
        int(steward("person", "create", "--account", "wna", "--name", f"P{i}", "--email", f"p{i}@widget.example"))
        for i in range(5)]
    killed = []
    for round_number in range(ROUNDS):
        server = serve("--rate-limit", "off", "--log-level", "info")
        killed.append(load_and_kill(server, howard, people, round_number))
        again = serve("--rate-limit", "off", "--log-level", "info")
        client = Client(again, howard)
        check_answered_writes(client, killed[-1])
        check_the_file(client, database)
        again.stop()
    print(f"{sum(map(written, killed))} answered writes")
