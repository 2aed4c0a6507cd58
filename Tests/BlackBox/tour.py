"""Reads shell blocks out of a Markdown text, and compares what they show with what really comes out.

A block marked ```console holds commands (lines that begin with `$ `, going on while a line ends with a backslash or a
quote is open; a leading `> ` is dropped from such lines) and, below each, the output. A line of output that is `...` or
`…` stands for any lines, and `…` within a line for anything.
"""

import json
import re
import shlex
from dataclasses import dataclass, field

# Ids, times, dates, tokens, addresses, tags, versions: whatever differs from one run to the next.
VOLATILE = [
    (re.compile(r"\bstw[0-9A-Za-z]{109}\b"), "<token>"),
    (re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:?\d\d)?)?"), "<time>"),
    (re.compile(r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} [\d:]{8} GMT\b"), "<time>"),
    (re.compile(r"search_(after|before)=[\w%-]+"), "search=<place>"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "<hash>"),
    (re.compile(r"https?://(127\.0\.0\.1|localhost)(:\d+)?"), "<origin>"),
    (re.compile(r"\d+"), "<number>"),
]
ANYTHING = ("...", "…")


@dataclass
class Step:
    command: str
    output: list[str] = field(default_factory=list)


def steps(markdown: str) -> list[Step]:
    found = []
    for block in re.findall(r"^```console[^\n]*\n(.*?)^```", markdown, re.MULTILINE | re.DOTALL):
        open_command = False
        for line in block.splitlines():
            if open_command:
                found[-1].command += "\n" + line.removeprefix("> ")
            elif line.startswith("$ "):
                found.append(Step(line[2:]))
            elif found:
                found[-1].output.append(line)
            open_command = bool(found) and not found[-1].output and not is_whole(found[-1].command)
    return found


def is_whole(command: str) -> bool:
    if command.endswith("\\"):
        return False
    try:
        shlex.split(command)
    except ValueError:
        return False
    return True


def differences(shown: list[str], real: str) -> str | None:
    """What is wrong with the output shown, or nothing."""
    text = "\n".join(shown).strip()
    as_shown, as_real = parsed(text), parsed(real)
    if as_shown is not None and as_real is not None:
        return json_differences(as_shown, as_real, "$")
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() in ANYTHING else re.escape(plain(line)).replace("…", ".*") + r"\n"
        for line in text.splitlines())
    found = "".join(plain(line) + "\n" for line in real.strip().splitlines())
    return None if re.fullmatch(pattern, found) else f"expected\n{text}\ngot\n{real}"


def parsed(text: str):
    """JSON that is an object or a list, else nothing."""
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, (dict, list)) else None


def plain(text: str) -> str:
    """The text without what differs from run to run. A status line keeps its number."""
    if text.startswith("HTTP/"):
        return text.strip()
    for pattern, word in VOLATILE:
        text = pattern.sub(word, text)
    return " ".join(text.split())


def json_differences(shown, real, place: str) -> str | None:
    if isinstance(shown, dict) and isinstance(real, dict):
        if shown.keys() != real.keys():
            return f"{place}: expected the keys {sorted(shown)}, got {sorted(real)}"
        pairs = [(f"{place}.{key}", shown[key], real[key]) for key in shown]
    elif isinstance(shown, list) and isinstance(real, list):
        if len(shown) != len(real):
            return f"{place}: expected {len(shown)} elements, got {len(real)}"
        pairs = [(f"{place}[{number}]", *pair) for number, pair in enumerate(zip(shown, real))]
    elif isinstance(shown, str) and isinstance(real, str):
        return None if plain(shown) == plain(real) else f"{place}: expected {shown!r}, got {real!r}"
    elif is_number(shown) and is_number(real):
        return None
    else:
        return None if shown == real and type(shown) is type(real) else f"{place}: expected {shown!r}, got {real!r}"
    return next((found for pair in pairs if (found := json_differences(pair[1], pair[2], pair[0]))), None)


def is_number(value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
