"""Starts, asks and stops the program under test."""

import os
import re
import signal
import socket
import subprocess
import time
from pathlib import Path

import requests

# Generous: the machine may be busy. Where a promise is about time, the test says so itself.
PATIENCE = 30


def binary() -> str:
    path = Path(os.environ.get("STEWARD_BINARY", Path(__file__).parents[2] / ".build/debug/steward"))
    assert path.is_file(), f"there is no program at {path}; build it, or name it in STEWARD_BINARY"
    return str(path.resolve())


def until(condition, what: str, patience: float = PATIENCE):
    """What `condition` answers once it is true."""
    deadline = time.monotonic() + patience
    while not (result := condition()):
        assert time.monotonic() < deadline, f"not within {patience} s: {what}"
        time.sleep(0.02)
    return result


def surroundings(**variables: str) -> dict[str, str]:
    """The environment without whatever configures the servers of the person who runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("STEWARD_", "PG", "AWS_"))}
    return {**kept, "NO_PROXY": "*", **variables}


def run(*arguments, text: str = "", **variables: str) -> subprocess.CompletedProcess:
    """Runs a command to its end."""
    return subprocess.run(
        [binary(), *map(str, arguments)], input=text, capture_output=True, text=True, timeout=PATIENCE,
        env=surroundings(**variables))


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Server:
    """One `steward serve`. Its log goes to a file, and so does what it prints."""

    def __init__(self, folder: Path, *arguments, **variables: str):
        folder.mkdir(parents=True, exist_ok=True)
        self.log_file, self.output_file = folder / "log", folder / "output"
        with open(self.log_file, "wb") as log, open(self.output_file, "wb") as output:
            self.process = subprocess.Popen(
                [binary(), "serve", *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=output, stderr=log,
                # Whoever is not told where to keep files keeps them where it stands.
                cwd=folder, env=surroundings(**variables))
        self.host = variables.get("STEWARD_HOST", "127.0.0.1")
        self.port = 0

    def wait_until_it_listens(self, port: int = 0, is_healthy: bool = True) -> "Server":
        """Waits until the server answers, and answers that it is well. The port is read from the log, where it is not
        given."""

        def listens():
            assert self.process.poll() is None, f"the server ended with {self.process.returncode}: {self.log}"
            found = re.search(r"port=(\d+).*listening", self.log)
            return port or (found and int(found[1]))

        def answers():
            assert self.process.poll() is None, f"the server ended with {self.process.returncode}: {self.log}"
            try:
                return requests.get(f"{self.origin}/healthz", timeout=PATIENCE).ok or not is_healthy
            except requests.ConnectionError:
                return False

        self.port = until(listens, "the server listens")
        until(answers, "the server answers /healthz")
        return self

    @property
    def origin(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def log(self) -> str:
        return self.log_file.read_text(errors="replace")

    @property
    def output(self) -> str:
        return self.output_file.read_text()

    def stop(self) -> None:
        """Stops the server as an operator does, and expects it to end well."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"the server did not stop: {self.log}") from None
        assert code == 0, f"the server ended with {code}: {self.log[-2000:]}"

    @staticmethod
    def stop_all(servers: list["Server"]) -> None:
        """Stops those that still run; none is left behind when one of them does not end well."""
        complaints = []
        for server in servers:
            try:
                if server.process.returncode is None:
                    server.stop()
            except AssertionError as complaint:
                complaints.append(str(complaint))
        assert not complaints, complaints

    def kill(self) -> None:
        """Ends the server as a power cut does."""
        self.process.kill()
        self.process.wait(timeout=PATIENCE)
