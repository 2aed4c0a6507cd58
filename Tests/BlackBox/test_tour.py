"""The tour in the README is run as it is printed."""

import re
import subprocess
from pathlib import Path

import tour
from steward import PATIENCE, binary, surroundings

README = Path(__file__).parents[2] / "README.md"
END = "----end-of-step----"

# The environment has set these, or does them itself.
GIVEN = re.compile(r"(export )?(STEWARD|TOKEN)=|steward serve\b")


def run_all(steps, demo):
    """Runs the commands in one shell, so that variables live on. Answers each one's output and exit code."""
    folder = demo.folder / "tour"
    folder.mkdir()
    (folder / "bin").mkdir()
    (folder / "bin" / "steward").symlink_to(binary())
    script = "".join(f"{step.command}\nprintf '\\n{END} %s\\n' $?\n" for step in steps)
    environment = surroundings(
        STEWARD=demo.server.origin, TOKEN=demo.tokens["Howard Tanner"],
        STEWARD_DATABASE=str(demo.folder / "demo.sqlite"))
    environment["PATH"] = f"{folder / 'bin'}:{environment['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script], cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, timeout=PATIENCE * 2)
    parts = re.split(rf"\n{END} (\d+)\n", done.stdout)
    assert len(parts) == 2 * len(steps) + 1, done.stdout
    return list(zip(parts[0::2], map(int, parts[1::2])))


def test_the_tour_in_the_readme_shows_what_really_happens(start_demo):
    assert README.is_file(), "there is no README.md"
    steps = [step for step in tour.steps(README.read_text()) if not GIVEN.match(step.command)]
    assert steps, "README.md holds no ```console block with a command"
    demo = start_demo("--rate-limit", "off")
    wrong = []
    for step, (output, code) in zip(steps, run_all(steps, demo)):
        if code != 0:
            wrong.append(f"$ {step.command}\nended with {code}: {output}")
        elif difference := tour.differences(step.output, output):
            wrong.append(f"$ {step.command}\n{difference}")
    assert not wrong, "\n\n".join(wrong)


EXAMPLE = """
```console
$ export TOKEN=stw
$ curl -s "$STEWARD/v1/me?x=1" \\
    -H 'A: b'
{"id": 4, "name": "Howard", "created_at": "2026-01-01T10:00:00-06:00", "tags": ["a"]}
$ echo 'two
> lines'
two
lines
```
"""


def test_a_tour_is_read_command_by_command():
    first, second, third = tour.steps(EXAMPLE)
    assert first.command == "export TOKEN=stw" and GIVEN.match(first.command)
    assert second.command == "curl -s \"$STEWARD/v1/me?x=1\" \\\n    -H 'A: b'"
    assert len(second.output) == 1
    assert third.command == "echo 'two\nlines'"
    assert third.output == ["two", "lines"]


def test_outputs_are_compared_loosely_but_not_blindly():
    shown = tour.steps(EXAMPLE)[1].output
    same = '{"name": "Howard",\n "id": 17, "created_at": "2027-02-03T11:00:00Z", "tags": ["a"]}'
    assert tour.differences(shown, same) is None
    for other in [
        same.replace("Howard", "Ellen"), same.replace('"id": 17', '"id": "17"'), same.replace('"id"', '"number"'),
        same.replace('["a"]', "[]"), "", "Not Found",
    ]:
        assert tour.differences(shown, other)
    head = ["HTTP/1.1 200 OK", "…", "X-RateLimit-Limit: 3600", "..."]
    real = "HTTP/1.1 200 OK\nDate: today\nX-RateLimit-Limit: 100\n\n[]\n"
    assert tour.differences(head, real) is None
    assert tour.differences(head, real.replace("200 OK", "404 Not Found"))
    assert tour.differences([], "") is None
    assert tour.differences([], "something")
