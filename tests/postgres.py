"""A PostgreSQL server of a test's own: programs from the wheel pgserver or the system, data in a new folder."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest

NOBODY = 65534
USER, PASSWORD = "teacher", "opensesame"
PATIENCE = 60.0  # seconds for the server to start on a busy machine
NONE = "no PostgreSQL: neither the wheel pgserver (x86_64 Linux, Python 3.11 and 3.12) nor one of the system's"


def programs() -> Path:
    """The folder with initdb and postgres. It skips the test, in words, where there is none."""
    wheel = importlib.util.find_spec("pgserver")
    found = [Path(wheel.origin).parent / "pginstall" / "bin"] if wheel and wheel.origin else []
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found += [Path(path).parent for path in [shutil.which("initdb")] if path]
    for folder in found:
        try:
            if subprocess.run([folder / "initdb", "--version"], capture_output=True, **rights()).returncode == 0:
                return folder
        except OSError:  # it is not there, or whom it runs as cannot get there
            continue
    pytest.skip(NONE)


def rights() -> dict[str, Any]:
    """PostgreSQL refuses to be run by root; nobody may."""
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}


class Server:
    """PostgreSQL on 127.0.0.1, with a user who must say a password."""

    def __init__(self) -> None:
        self.programs = programs()
        self.folder = Path(tempfile.mkdtemp(prefix="minigrad-postgres-", dir="/tmp"))
        secret = self.folder / "password"
        secret.write_text(PASSWORD)
        for path in (self.folder, secret):
            if os.geteuid() == 0:
                os.chown(path, NOBODY, NOBODY)
        options = f"--username={USER} --auth=scram-sha-256 --encoding=UTF8 --locale=C --no-sync".split()
        self._run("initdb", "-D", f"{self.folder}/data", f"--pwfile={secret}", *options).wait(PATIENCE)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.start()

    def start(self) -> None:
        """Start it, and wait until it lets the user in."""
        where = f"-c listen_addresses=127.0.0.1 -p {self.port} -c fsync=off".split()
        self.process = self._run("postgres", "-D", f"{self.folder}/data", "-k", str(self.folder), *where)
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return self.connect("postgres").close()
            except psycopg.OperationalError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((self.folder / "log").read_text()) from None
                time.sleep(0.1)

    def _run(self, program: str, *options: str) -> subprocess.Popen:
        with open(self.folder / "log", "a") as log:
            command = [self.programs / program, *options]
            return subprocess.Popen(command, cwd=self.folder, env={}, stdout=log, stderr=log, **rights())

    def connect(self, database: str) -> psycopg.Connection:
        about = {"host": "127.0.0.1", "port": self.port, "user": USER, "password": PASSWORD, "dbname": database}
        return psycopg.connect(**about, autocommit=True)

    def new_database(self, name: str) -> str:
        """An empty database; its address for nbgrader."""
        with self.connect("postgres") as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")  # type: ignore[arg-type]
            connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
        return f"postgresql+psycopg://{USER}:{PASSWORD}@127.0.0.1:{self.port}/{name}"

    def stop(self) -> None:
        """Shut it down at once, whoever is connected."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(PATIENCE)

    def close(self) -> None:
        """Shut it down, and remove its data."""
        if self.process.poll() is None:
            self.stop()
        shutil.rmtree(self.folder)
