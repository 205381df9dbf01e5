"""`streamlit run app.py` as a teacher starts it, on a free port of this machine, for benchmarks and tests."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).parents[1]
UNPREPARED = {"LATENT_LAB_PREPARE": "0"}  # for a server that does not live long enough to make use of what it would prepare
PATIENCE = 240  # seconds until it answers: a busy machine is no failure


def free_port() -> int:
    """A port of the loopback that nobody listens at now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def copy_shipped(folder: Path) -> None:
    """Put what the Dockerfile copies into a folder, and nothing else: it must be all that a server needs."""
    for line in (ROOT / "deploy" / "Dockerfile").read_text().splitlines():
        if line.startswith("COPY "):
            *sources, target = line.split()[1:]
            for source in sources:
                found, to = ROOT / source, folder / target
                if found.is_dir():
                    shutil.copytree(found, to, ignore=shutil.ignore_patterns("__pycache__", "references"))
                else:
                    shutil.copy(found, to)


class Address:
    """Where a server of this machine answers and what it has logged, whoever has started it."""

    def __init__(self, port: int, log: Path) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.log = log

    def answers(self) -> bool:
        try:
            return urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5).status == 200
        except OSError:
            return False

    def complaints(self) -> list[str]:
        """The last line of every traceback in its log, each kind once, and where it came from."""
        found = {}
        for part in self.log.read_text().split("Traceback (most recent call last)")[1:]:
            lines = part.splitlines()
            where = [line.strip() for line in lines if line.lstrip().startswith('File "')]
            what = next((line.strip() for line in lines[1:] if line.strip() and not line.startswith(" ")), "")
            found[what] = f"{what} ({where[-1] if where else 'unknown place'})"
        return list(found.values())


class Server(Address):
    """The app in a process of its own; also a context manager. `home` is an empty folder: the first start ever."""

    def __init__(
        self,
        log: Path,
        home: Path,
        environment: Mapping[str, str] | None = None,
        port: int | None = None,
        options: Sequence[str] = (),
        root: Path = ROOT,
        script: str = "app.py",
        opens_browser: bool = False,
    ) -> None:
        super().__init__(port or free_port(), log)
        self.root = root
        self.script = script
        self.environment = os.environ | {"HOME": str(home), "OMP_NUM_THREADS": "1"} | dict(environment or {})
        self._options = options
        self._opens_browser = opens_browser
        self.start()

    def start(self) -> None:
        """Start and wait until it answers; raises RuntimeError with what it said if it does not.

        Its standard input is closed: nothing may wait for an answer there.
        """
        address = (f"--server.port={self.port}", "--server.address=127.0.0.1")
        screen = () if self._opens_browser else ("--server.headless=true",)
        command = [sys.executable, "-m", "streamlit", "run", self.script, *address, *screen, *self._options]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                command, cwd=self.root, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + PATIENCE
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"the server did not start:\n{self.log.read_text()}")
            time.sleep(0.1)

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it as a crash would: without a chance to clean up."""
        self.process.kill()
        self.process.wait()

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()
