"""S3 servers for tests: real ones, Ceph's object gateway over a cluster of one monitor and one store in memory.

Each lives in a temporary folder, without containers, and is reached on loopback.

Run as a program, it starts one with a bucket `steward` for whoever asked, prints its address, its access key and its
secret key on one line, and stops it when that process is gone:

    python3 Tests/BlackBox/radosgw.py --for PID
"""

import argparse
import contextlib
import hashlib
import hmac
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
import xml.etree.ElementTree
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import quote, urlencode

from postgres import is_there

BUCKET = "steward"
START_SECONDS = 60
# How long a process that was asked to end may take before it is killed.
PATIENCE = 5
PROGRAMS = ("monmaptool", "osdmaptool", "ceph-mon", "ceph-osd", "radosgw", "radosgw-admin")

# Whatever Ceph would look for or leave in /etc/ceph, /run/ceph, /var/lib/ceph and /var/log/ceph is in the folder, or
# is nowhere: logs go to standard error, and there are no sockets for commands, whose paths might be too long.
CONFIGURATION = """\
[global]
fsid = {cluster}
mon host = [v2:127.0.0.1:{monitor_port}]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind msgr1 = false
run dir = {folder}
crash dir = {folder}
keyring = {folder}/keyring
mon data = {folder}/mon
osd data = {folder}/osd
admin socket =
pid file =
log file =
log to stderr = true
mon cluster log to file = false
# Nobody proves who they are. Without `crc` the gateway wants to encrypt, for which there then is no key, and hangs.
auth cluster required = none
auth service required = none
auth client required = none
ms mon client mode = crc
# Each change of the cluster's state otherwise waits a second for others to go with it, and a start has two dozen.
paxos propose interval = 0
paxos min wait = 0
# A gateway that comes before the store is up asks again at its next tick, which otherwise is after five seconds.
objecter tick interval = 0.05
# The monitor otherwise gives up where the disk is nearly full.
mon data avail warn = 1
mon data avail crit = 0
mon allow pool size one = true
osd pool default size = 1
osd pool default pg num = 1
osd pool default pg autoscale mode = off
osd crush update on start = false
osd objectstore = memstore
memstore device bytes = 4294967296
# A store that ends in an orderly way then writes down what it holds, and has it again at its next start.
osd fast shutdown = false
[client.rgw.a]
rgw frontends = beast endpoint=127.0.0.1:{port}
rgw thread pool size = 16
# Uploads ask for encryption at rest, which the gateway otherwise refuses without TLS.
rgw crypt require ssl = false
"""


class Gateway:
    """One server. Its folder holds the configuration, the data and the logs; its ports are its own until `remove`."""

    access_key = "STEWARDACCESSKEY"
    # With characters that a URL and a command line take for something else, as the secrets of Amazon have them.
    secret_key = "steward/secret+key/0123456789+abcdefghij"
    region = "us-east-1"

    def __init__(self, folder=None):
        missing = [program for program in PROGRAMS if shutil.which(program) is None]
        if missing:
            raise SystemExit(f"radosgw: Ceph's programs are missing ({', '.join(missing)}); run scripts/bootstrap")
        self.folder = Path(folder or tempfile.mkdtemp(prefix="steward-s3-")).resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.held = [held_port(), held_port()]
        self.monitor_port, self.port = [holder.getsockname()[1] for holder in self.held]
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self.processes = {}
        self.has_user = False

    def create(self):
        """Makes an empty cluster."""
        cluster, monitors, stores = uuid.uuid4(), self.folder / "monitors", self.folder / "stores"
        (self.folder / "ceph.conf").write_text(CONFIGURATION.format(
            cluster=cluster, folder=self.folder, monitor_port=self.monitor_port, port=self.port))
        for name in ("mon", "osd"):
            (self.folder / name).mkdir()
        with self.all_or_nothing():
            # Monitor and store are told of each other beforehand: so nobody needs to ask the monitor for anything.
            self.run("monmaptool", "--create", "--fsid", cluster, "--addv", "a",
                     f"[v2:127.0.0.1:{self.monitor_port}]", monitors)
            self.run("osdmaptool", "--createsimple", 1, stores)
            # With -f they do not leave their work to a process of which nobody here would know.
            self.run("ceph-mon", "-i", "a", "-f", "--mkfs", "--monmap", monitors, "--osdmap", stores)
            self.run("ceph-osd", "-i", 0, "-f", "--mkfs", "--osd-uuid", uuid.uuid4(), "--no-mon-config")
        return self

    def start(self):
        """Starts it, with all that it held when it was stopped. If that fails, it cannot be started again."""
        with self.all_or_nothing():
            self.launch("ceph-mon", "-i", "a", "-f")
            # Who finds no monitor looks for it again only after three seconds.
            self.wait_until(self.monitor_listens)
            self.launch("ceph-osd", "-i", 0, "-f")
            self.launch("radosgw", "-n", "client.rgw.a", "-f")
            self.wait_until(self.answers)
            if not self.has_user:
                self.run("radosgw-admin", "user", "create", "--uid=steward", "--display-name=steward",
                         f"--access-key={self.access_key}", f"--secret-key={self.secret_key}")
                self.has_user = True
        return self

    @contextlib.contextmanager
    def all_or_nothing(self):
        """Where the block fails, ends what it began."""
        try:
            yield
        except Exception as failure:
            self.stop(patience=0)
            raise RuntimeError(f"radosgw: {failure}\n{self.logs()}") from failure
        except BaseException:
            self.stop(patience=0)
            raise

    def stop(self, patience=PATIENCE):
        """Ends all processes, the youngest first: a store does not end without its monitor."""
        while self.processes:
            program, process = list(self.processes.items())[-1]
            if patience > 0:
                process.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(patience)
            process.kill()
            process.wait()
            del self.processes[program]

    def remove(self):
        # What is thrown away need not be put in order first.
        self.stop(patience=0)
        for holder in self.held:
            holder.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    @contextlib.contextmanager
    def standing_still(self):
        """Stops the gateway without ending it: its kernel still takes connections, and nobody answers."""
        gateway = self.processes["radosgw"]
        try:
            gateway.send_signal(signal.SIGSTOP)
            yield
        finally:
            gateway.send_signal(signal.SIGCONT)

    def create_bucket(self, name):
        """Makes an empty bucket and answers the address under which Steward takes it."""
        self.ask("PUT", f"/{name}")
        return self.url(name)

    def keys(self, bucket, prefix=""):
        """The keys in a bucket, in order."""
        found, query = [], {"list-type": "2", "prefix": prefix}
        while True:
            answer = xml.etree.ElementTree.fromstring(self.ask("GET", f"/{bucket}", query)[1])
            found += [key.text for key in answer.iterfind("{*}Contents/{*}Key")]
            token = answer.findtext("{*}NextContinuationToken")
            if not token:
                return found
            query["continuation-token"] = token

    def get(self, bucket, key):
        """What lies under a key."""
        return self.ask("GET", f"/{bucket}/{key}")[1]

    def url(self, bucket=BUCKET):
        """The address of a bucket, as Steward takes it."""
        return f"s3://{bucket}?{urlencode({'endpoint': self.endpoint, 'region': self.region})}"

    def ask(self, method, path, query=(), body=b""):
        """The headers and the content of what the gateway answers a signed request (AWS Signature Version 4)."""
        now = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        path = quote(path, safe="/~")
        query = urlencode(sorted(dict(query).items()), quote_via=quote, safe="~")
        digest = hashlib.sha256(body).hexdigest()
        headers = {"host": f"127.0.0.1:{self.port}", "x-amz-content-sha256": digest, "x-amz-date": now}
        names, lines = ";".join(headers), "".join(f"{name}:{value}\n" for name, value in headers.items())
        request = "\n".join([method, path, query, lines, names, digest])
        scope = [now[:8], self.region, "s3", "aws4_request"]
        text = "\n".join(["AWS4-HMAC-SHA256", now, "/".join(scope), hashlib.sha256(request.encode()).hexdigest()])
        key = f"AWS4{self.secret_key}".encode()
        for part in [*scope, text]:
            key = hmac.digest(key, part.encode(), "sha256")
        headers["authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={self.access_key}/{'/'.join(scope)}, SignedHeaders={names}, "
            f"Signature={key.hex()}")
        with self.connection(START_SECONDS) as connection:
            connection.request(method, f"{path}?{query}", body, headers)
            answer = connection.getresponse()
            content = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {content.decode(errors='replace')}")
        return answer.headers, content

    def connection(self, timeout):
        return contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout))

    def launch(self, program, *arguments):
        with open(self.folder / f"{program}.log", "ab") as log, undisturbed():
            # In a session of its own: what the terminal sends to this program does not end it out of order.
            process = self.processes[program] = subprocess.Popen(
                [program, "-c", str(self.folder / "ceph.conf"), *map(str, arguments)], cwd=self.folder,
                env=surroundings(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        return process

    def run(self, program, *arguments):
        status = self.launch(program, *arguments).wait(START_SECONDS)
        del self.processes[program]
        if status != 0:
            raise RuntimeError(f"{program} ended with {status}")

    def wait_until(self, condition):
        deadline = time.monotonic() + START_SECONDS
        while not condition():
            for program, process in self.processes.items():
                if process.poll() is not None:
                    raise RuntimeError(f"{program} ended with {process.returncode}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"not ready within {START_SECONDS} s")
            time.sleep(0.01)

    def monitor_listens(self):
        with socket.socket() as visitor:
            return visitor.connect_ex(("127.0.0.1", self.monitor_port)) == 0

    def answers(self):
        with contextlib.suppress(OSError, http.client.HTTPException):
            with self.connection(1) as connection:
                connection.request("GET", "/")
                return connection.getresponse().status > 0
        return False

    def logs(self):
        """The end of each log."""
        texts = {path.name: path.read_text(errors="replace") for path in sorted(self.folder.glob("*.log"))}
        # Ceph leaves every other line empty.
        return "\n".join("\n".join([f"{name}:", *text.split("\n\n")[-20:]]) for name, text in texts.items())


def held_port():
    """A port that is free, and a socket that keeps it so: it does not listen, and so a server may take the port that,
    like Ceph's, asks for SO_REUSEADDR, while the kernel gives it to nobody who asks for any."""
    holder = socket.socket()
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    holder.bind(("127.0.0.1", 0))
    return holder


@contextlib.contextmanager
def undisturbed():
    """Puts off signals until what is begun is noted down; otherwise nobody would know of it and end it."""
    if threading.current_thread() is not threading.main_thread():
        # Signals are handled elsewhere.
        yield
        return
    came = []
    handlers = {number: signal.signal(number, lambda number, _: came.append(number)) for number in (
        signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        for number in came:
            signal.raise_signal(number)


def surroundings():
    """The environment without whatever leads Ceph's programs to another cluster."""
    return {name: value for name, value in os.environ.items() if not name.startswith("CEPH_")}


def serve(pid):
    gateway = Gateway()
    try:
        gateway.create().start().create_bucket(BUCKET)
        print(gateway.endpoint, gateway.access_key, gateway.secret_key, flush=True)
        while is_there(pid):
            time.sleep(0.2)
    finally:
        gateway.remove()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    # So that what was begun is ended too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    parser.add_argument("--for", dest="pid", type=int, required=True, help="the process to serve")
    try:
        serve(parser.parse_args().pid)
    except KeyboardInterrupt:
        sys.exit(130)
