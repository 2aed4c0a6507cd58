"""Clients that keep a server busy on purpose. Each comes back when it is cut off.

They work in processes of their own, so that they do not hold up whoever measures beside them, and each does little: two
hundred of them take a fraction of a core."""

import asyncio
import contextlib
import multiprocessing
import random
import socket
from collections import Counter

from steward import PATIENCE

CLIENTS = 200
PROCESSES = 2
# How long a client that was cut off, or has left, stays away.
PAUSE = 0.5
# How long a process works at most, should nobody tell it to stop.
LONGEST = 180

# Lists that no index answers: what they filter and sort by, each with another direction, takes a look at every request.
SCANS = [
    "impact=low&sort=category,-subject",
    "grouping=none&sort=-category,subject",
    "category=!incident&sort=impact,-subject",
    "major_incident_status=accepted&sort=-impact,subject",
    "impact=!top&sort=-category,updated_at&per_page=100",
]
# The first requests are large ones; no scan is needed to find them.
LARGE_PAGE = "/v1/requests?sort=id&per_page=100&fields=subject,custom_fields"

CHUNK_BYTES = 65_536
CHUNK_PAUSE = 0.05
TRICKLE_PAUSE = 1
# A reader does not see that it was cut off while there is something before the end that it did not read. It begins anew
# after this time.
STUCK_SECONDS = 40
ESTABLISHED = 1


def head(verb: str, path: str, token: str | None = None, **fields) -> bytes:
    """A request's head without the empty line at its end."""
    lines = [f"{verb} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    lines += [f"Authorization: Bearer {token}"] if token else []
    return "".join(f"{line}\r\n" for line in lines).encode()


class Line:
    """A connection. The statuses of answers are counted, and nothing is read that was not asked for."""

    def __init__(self, counts: Counter):
        self.counts = counts
        self.loop = asyncio.get_running_loop()
        self.socket = socket.socket()
        self.socket.setblocking(False)
        # As little as there can be: who does not read lets the server keep what it has to say.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)

    async def connect(self, port: int) -> None:
        async with asyncio.timeout(PATIENCE):
            await self.loop.sock_connect(self.socket, ("127.0.0.1", port))

    async def send(self, data: bytes) -> None:
        await self.loop.sock_sendall(self.socket, data)

    async def hear(self) -> None:
        """Reads the head of an answer, and hardly more."""
        heard = b""
        while b"\r\n\r\n" not in heard and (piece := await self.loop.sock_recv(self.socket, 512)):
            heard += piece
        if heard.startswith(b"HTTP/1.1 "):
            status = heard[9:12].decode()
            is_late = status == "503" and b"\r\nretry-after:" not in heard.lower()
            self.counts[status + (" without Retry-After" if is_late else "")] += 1

    async def listen(self) -> None:
        """Reads until the server closes."""
        await self.hear()
        while await self.loop.sock_recv(self.socket, 65_536):
            pass

    async def say(self, speech) -> None:
        """Says something until the server closes."""
        sides = [asyncio.ensure_future(self.listen()), asyncio.ensure_future(speech)]
        try:
            done, _ = await asyncio.wait(sides, return_when=asyncio.FIRST_COMPLETED)
            for side in done:
                side.result()
        finally:
            for side in sides:
                side.cancel()
            await asyncio.gather(*sides, return_exceptions=True)

    @property
    def is_open(self) -> bool:
        return self.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == ESTABLISHED


async def read_nothing(line: Line, chance: random.Random, token: str) -> None:
    """Asks for a large page and never reads it."""
    await line.send(head("GET", LARGE_PAGE, token) + b"\r\n")
    await line.hear()
    for _ in range(STUCK_SECONDS):
        if not line.is_open:
            break
        await asyncio.sleep(1)


async def scan_and_leave(line: Line, chance: random.Random, token: str) -> None:
    """Asks for what costs the server most, and leaves. Now and then it stays for the answer, so that its status is
    known."""
    await line.send(head("GET", f"/v1/requests?{chance.choice(SCANS)}", token) + b"\r\n")
    if chance.random() < 0.25:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(2):
                await line.hear()
    else:
        await asyncio.sleep(chance.choice([0, 0.01, 0.1]))


async def trickle(line: Line, chance: random.Random, token: str) -> None:
    """Sends a long body a byte at a time, half the time as somebody who is known."""
    who = chance.choice([None, token])
    await line.send(head("POST", "/v1/requests", who, Content_Length=1_000_000) + b"\r\n")

    async def bytewise():
        while True:
            await line.send(b" ")
            await asyncio.sleep(TRICKLE_PAUSE)

    await line.say(bytewise())


async def stop_in_the_head(line: Line, chance: random.Random, token: str) -> None:
    """Sends the beginning of a head."""
    whole = head("GET", "/v1/requests?per_page=20", token, Accept="application/json")
    await line.send(whole[:chance.choice([1, 20, len(whole) // 2, len(whole)])])
    await line.listen()


async def never_end(line: Line, chance: random.Random, token: str) -> None:
    """Sends a body that has no end, to a path that is there or to one that is not."""
    path = chance.choice(["/v1/requests", "/v1/nothing/here"])
    await line.send(head("POST", path, token, Transfer_Encoding="chunked") + b"\r\n")
    chunk = b"%x\r\n%b\r\n" % (CHUNK_BYTES, b" " * CHUNK_BYTES)

    async def chunks():
        while True:
            await line.send(chunk)
            await asyncio.sleep(CHUNK_PAUSE)

    await line.say(chunks())


KINDS = [read_nothing, scan_and_leave, trickle, stop_in_the_head, never_end]


async def come_and_go(kind, port: int, token: str, chance: random.Random, counts: Counter) -> None:
    """One client: visits after visits."""
    while True:
        line = Line(counts)
        with contextlib.closing(line.socket):
            try:
                await line.connect(port)
                counts["visits"] += 1
                await kind(line, chance, token)
            except (OSError, TimeoutError):
                counts["cut off"] += 1
        await asyncio.sleep(PAUSE * chance.uniform(0.5, 1.5))


async def work(pipe, port: int, tokens: list[str], numbers: range) -> dict[str, Counter]:
    """Lets the clients with these numbers come and go until something comes through the pipe, or it is closed."""
    counts = {kind.__name__: Counter() for kind in KINDS}
    is_over = asyncio.Event()
    asyncio.get_running_loop().add_reader(pipe.fileno(), is_over.set)
    clients = []
    for number in numbers:
        kind = KINDS[number % len(KINDS)]
        token = tokens[number // len(KINDS) % len(tokens)]
        clients.append(
            asyncio.ensure_future(
                come_and_go(kind, port, token, random.Random(number), counts[kind.__name__])))
        # Not all at the same moment: the queue of connections that wait to be taken is not what is tried here.
        await asyncio.sleep(0.01)
    pipe.send("begun")
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LONGEST):
            await is_over.wait()
    asyncio.get_running_loop().remove_reader(pipe.fileno())
    for client in clients:
        client.cancel()
    for ended in await asyncio.gather(*clients, return_exceptions=True):
        if not isinstance(ended, asyncio.CancelledError):
            raise ended
    return counts


def take_part(pipe, port: int, tokens: list[str], numbers: range) -> None:
    """What a process does."""
    pipe.send(asyncio.run(work(pipe, port, tokens, numbers)))


@contextlib.contextmanager
def under_attack(port: int, tokens: list[str]):
    """Lets hostile clients, as many of each kind, be at a server for the time of the block. Gives what became of them,
    by kind, which is there when the block is over."""
    # Processes that know nothing of the threads of this one.
    context = multiprocessing.get_context("spawn")
    counts = {kind.__name__: Counter() for kind in KINDS}
    processes = []
    try:
        for first in range(PROCESSES):
            # Kinds take turns from number to number, so that each process has as many of all.
            numbers = range(first * CLIENTS // PROCESSES, (first + 1) * CLIENTS // PROCESSES)
            pipe, other = context.Pipe()
            process = context.Process(target=take_part, args=(other, port, tokens, numbers), daemon=True)
            process.start()
            # The process alone holds its end now, so that its death is noticed.
            other.close()
            processes.append((process, pipe))
        for process, pipe in processes:
            assert receive(process, pipe) == "begun"
        yield counts
        for process, pipe in processes:
            pipe.send("enough")
        for process, pipe in processes:
            for kind, counted in receive(process, pipe).items():
                counts[kind].update(counted)
    finally:
        for process, pipe in processes:
            pipe.close()
            process.join(PATIENCE)
            if process.is_alive():
                process.kill()


def receive(process, pipe):
    """What a process says; that it ended without a word is an error of the test."""
    try:
        assert pipe.poll(PATIENCE), "the hostile clients do not answer"
        return pipe.recv()
    except EOFError:
        process.join(PATIENCE)
        raise AssertionError(f"the hostile clients ended with {process.exitcode}") from None
