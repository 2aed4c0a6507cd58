"""Measures uploads and downloads of one large file against nginx receiving and serving the same file."""

import contextlib
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import time
import urllib.request

MEBIBYTE = 1 << 20
SIZE = 500 * MEBIBYTE


@contextlib.contextmanager
def nginx(folder, port):
    """nginx that takes files by PUT under /up/ and serves them under /down/."""
    for name in ("up", "down", "temporary"):
        os.makedirs(os.path.join(folder, name))
    os.chmod(folder, 0o755)
    for name in ("up", "temporary"):
        os.chmod(os.path.join(folder, name), 0o777)
    configuration = os.path.join(folder, "nginx.conf")
    with open(configuration, "w") as file:
        file.write(f"""
            daemon off; worker_processes 2; pid {folder}/pid; error_log {folder}/errors;
            events {{ worker_connections 64; }}
            http {{
                access_log off; sendfile on; client_max_body_size 4g; client_body_temp_path {folder}/temporary;
                server {{
                    listen 127.0.0.1:{port};
                    location /down/ {{ root {folder}; }}
                    location /up/ {{ root {folder}; dav_methods PUT; }}
                }}
            }}""")
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    process = subprocess.Popen([program, "-c", configuration, "-p", folder, "-e", f"{folder}/errors"])
    try:
        wait(port)
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


def measure(server, folder, nginx_port, rounds, say):
    """Bytes a second each way, taken in turn, and how much memory the server's process took for it."""
    # Pages are served by nginx's workers, which are nobody: they must get to the file.
    place = os.path.join(folder, "nginx")
    os.chmod(folder, 0o755)
    os.makedirs(place)
    with nginx(place, nginx_port):
        source = os.path.join(place, "down", "large.bin")
        with open(source, "wb") as file:
            for _ in range(SIZE // MEBIBYTE):
                file.write(os.urandom(MEBIBYTE))
        os.chmod(source, 0o644)
        figures = {name: [] for name in ("nginx up", "steward up", "nginx down", "steward down")}
        small = os.path.join(place, "small.bin")
        with open(small, "wb") as file:
            file.write(os.urandom(MEBIBYTE))
        upload(server, small)
        memory = [peak(server.process)]
        address = attach(server, source)
        for number in range(rounds):
            say(f"files, round {number + 1} of {rounds}")
            target = f"http://127.0.0.1:{nginx_port}/up/{number}.bin"
            figures["nginx up"].append(curl("-T", source, target, figure="speed_upload"))
            figures["steward up"].append(upload(server, source)[0])
            os.remove(os.path.join(place, "up", f"{number}.bin"))
        memory.append(peak(server.process))
        for _ in range(rounds):
            served = f"http://127.0.0.1:{nginx_port}/down/large.bin"
            figures["nginx down"].append(curl(served, figure="speed_download"))
            figures["steward down"].append(curl(address, figure="speed_download"))
        memory.append(peak(server.process))
    return figures, memory


def upload(server, path):
    """Posts a file as the storage answer says: (bytes a second, its key)."""
    storage = call(server, "/v1/attachments/storage")
    fields = [f"{name}={value}" for name, value in storage["local"].items()]
    answer = os.path.join(os.path.dirname(path), "answer.json")
    speed = curl(
        "-H", f"Authorization: Bearer {server.specialist}", *(part for field in fields for part in ("-F", field)), "-F",
        f"file=@{path}", storage["upload_uri"], figure="speed_upload", output=answer)
    with open(answer) as file:
        return speed, json.load(file)["key"]


def attach(server, path):
    """Puts a file onto a note and answers its address."""
    note = {"text": "large", "attachments": [{"key": upload(server, path)[1]}]}
    call(server, "/v1/requests/1/notes", note)
    return call(server, "/v1/requests/1/note_attachments")[0]["uri"]


def call(server, path, body=None):
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}{path}", data=json.dumps(body).encode() if body else None,
        headers={"Authorization": f"Bearer {server.specialist}"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def curl(*arguments, figure, output=os.devnull):
    done = subprocess.run(
        ["curl", "-s", "-f", "-o", output, "-w", f"%{{{figure}}}", *arguments], check=True, capture_output=True, text=True)
    return float(done.stdout)


def peak(process):
    """The most memory that a process has had so far, in bytes."""
    with open(f"/proc/{process.pid}/status") as file:
        return int(re.search(r"VmHWM:\s+(\d+) kB", file.read()).group(1)) * 1024


def wait(port):
    for _ in range(200):
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        time.sleep(0.05)
    raise SystemExit("nginx did not start")


def show(figures, memory):
    def ratio(way):
        return statistics.median(
            one / other for one, other in zip(figures[f"steward {way}"], figures[f"nginx {way}"]))

    print()
    print(f"{f'a file of {SIZE // MEBIBYTE} MiB':<58}{'MB/s':>9}")
    for name in ("nginx up", "steward up", "nginx down", "steward down"):
        print(f"{name:<58}{statistics.median(figures[name]) / 1e6:>9,.0f}")
    print()
    print(f"{'ratio':<58}{'reached':>9}{'bound':>9}")
    print(f"{'upload / nginx':<58}{ratio('up'):>9.2f}{'>= 0.3':>9}")
    print(f"{'download / nginx':<58}{ratio('down'):>9.2f}{'>= 0.5':>9}")
    for way, before, after in (("uploads", *memory[:2]), ("downloads", *memory[1:])):
        print(f"{f'memory for {way}, MiB':<58}{(after - before) / MEBIBYTE:>9.1f}{'< 16':>9}")
