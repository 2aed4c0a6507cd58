"""PostgreSQL servers for tests: real ones, each in a temporary folder, reached through a socket in it.

Run as a program, it starts one for whoever asked, prints its address, and stops it when that process is gone:

    python3 Tests/BlackBox/postgres.py --for PID
"""

import argparse
import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

USER = "steward"
START_SECONDS = 60


def programs():
    """The folder of initdb, pg_ctl and their like: Debian's, the newest, or wherever the PATH says."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parent.parent.name))
    if found:
        return found[-1].parent
    initdb = shutil.which("initdb")
    if initdb is None:
        raise SystemExit("postgres: PostgreSQL's server programs are missing; run scripts/bootstrap")
    return Path(initdb).resolve().parent


def unprivileged():
    """How to run a program as somebody PostgreSQL accepts: it refuses to run as root."""
    if os.geteuid() != 0:
        return []
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            pwd.getpwnam(name)
            return ["setpriv", f"--reuid={name}", f"--regid={pwd.getpwnam(name).pw_gid}", "--clear-groups"]
    raise SystemExit("postgres: there is no user to run PostgreSQL as")


class Cluster:
    """One server. Its folder holds the data, the log and the socket."""

    def __init__(self, folder=None, durable=False, port=5432):
        self.folder = Path(folder or tempfile.mkdtemp(prefix="steward-pg-"))
        self.folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            shutil.chown(self.folder, unprivileged()[1].split("=")[1])
        self.folder.chmod(0o700 if os.geteuid() != 0 else 0o755)
        self.data = self.folder / "data"
        self.durable = durable
        self.port = port

    def create(self, *settings):
        """Makes an empty server whose superuser is `steward` and who asks nobody on its socket for a password."""
        self.run("initdb", "-D", self.data, "-U", USER, "--auth=trust", "--encoding=UTF8", "--no-locale",
                 *(() if self.durable else ("--no-sync",)))
        fast = [] if self.durable else ["fsync=off", "full_page_writes=off"]
        self.configure(
            "listen_addresses=''", f"unix_socket_directories='{self.folder}'", f"port={self.port}",
            "max_connections=1000", "shared_buffers=256MB", "lc_messages='C'", *fast, *settings)
        return self

    def replica(self, folder, name, *settings):
        """A streaming replica of this server, in a folder of its own; not started yet."""
        replica = Cluster(folder, durable=self.durable, port=self.port)
        try:
            self.run("pg_basebackup", "-D", replica.data, "-R", "-X", "stream", "--checkpoint=fast", "-d",
                     f"host={self.folder} port={self.port} user={USER} application_name={name}")
        except RuntimeError:
            replica.remove()
            raise
        replica.configure(f"unix_socket_directories='{replica.folder}'", *settings)
        return replica

    def configure(self, *settings):
        with open(self.data / "postgresql.conf", "a") as file:
            file.write("".join(f"{setting}\n" for setting in settings))

    def admit(self, *rules):
        """Says who is let in, in place of anybody on the socket (`pg_hba.conf`)."""
        (self.data / "pg_hba.conf").write_text("".join(f"{rule}\n" for rule in rules))

    def start(self):
        self.run("pg_ctl", "-D", self.data, "-l", self.folder / "log", "-w", "-t", START_SECONDS, "start")
        return self

    def stop(self, mode="immediate"):
        self.run("pg_ctl", "-D", self.data, "-m", mode, "-w", "stop", check=False)

    @contextlib.contextmanager
    def standing_still(self):
        """Stops all processes of the server without ending them: its kernel still answers, and nobody else does."""
        first = int((self.data / "postmaster.pid").read_text().splitlines()[0])
        processes = [first, *children(first)]
        try:
            for process in processes:
                os.kill(process, signal.SIGSTOP)
            yield
        finally:
            for process in processes:
                os.kill(process, signal.SIGCONT)

    def promote(self):
        self.run("pg_ctl", "-D", self.data, "-w", "promote")

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, program, *arguments, check=True):
        done = subprocess.run(
            [*unprivileged(), str(programs() / program), *map(str, arguments)], cwd="/", stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if check and done.returncode != 0:
            raise RuntimeError(f"{program}: {done.stdout}")
        return done.stdout

    def query(self, sql, database="postgres"):
        """What a statement answers, as lines of text."""
        done = subprocess.run([*self.psql(database), "-c", sql], capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        return done.stdout.splitlines()

    @contextlib.contextmanager
    def holding(self, sql, database="postgres"):
        """Runs a statement in a transaction that stays open for the time of the block, with the locks it took."""
        with subprocess.Popen(
            [*self.psql(database), "-q"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as session:
            try:
                session.stdin.write(f"BEGIN;\n{sql};\n\\echo held\n")
                session.stdin.flush()
                for line in session.stdout:
                    if line == "held\n":
                        break
                else:
                    raise RuntimeError(f"psql cannot hold {sql}")
                yield
            finally:
                # At the end of its input psql leaves, and what it did is rolled back.
                session.stdin.close()

    def psql(self, database):
        return [
            str(programs() / "psql"), "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", str(self.folder), "-p",
            str(self.port), "-U", USER, "-d", database]

    def create_database(self, name, template=None):
        self.query(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
        return self.url(name)

    def url(self, database="postgres", host=None, user=USER):
        """The address of a database, as Steward takes it."""
        place = str(host or self.folder).replace("/", "%2F")
        return f"postgres://{user}@{place}:{self.port}/{database}"


def children(parent):
    """The processes that a process has started."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        # One may end while it is looked at.
        with contextlib.suppress(OSError):
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(folder.name))
    return found


def serve(pid):
    cluster = Cluster()
    try:
        cluster.create().start()
        print(cluster.url(), flush=True)
        while is_there(pid):
            time.sleep(0.2)
    finally:
        cluster.remove()


def is_there(pid):
    # A process that ended stays as a zombie until its parent asks; it is as good as gone.
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    # So that what was begun is ended too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    parser.add_argument("--for", dest="pid", type=int, required=True, help="the process to serve")
    try:
        serve(parser.parse_args().pid)
    except KeyboardInterrupt:
        sys.exit(130)
