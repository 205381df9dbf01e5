"""One server for all browser tests of a run, in however many processes they run: the first that asks for it starts it."""

import contextlib
import os
import time
from pathlib import Path

import psutil
from filelock import FileLock

from tests.serving import PATIENCE, Address, Server

FOLDER = "PYTEST_RUN_FOLDER"  # where the processes of this run find what they share


def address() -> Address:
    """Where the server answers. It is started if it was not; `end` ends it.

    Raises RuntimeError with what the server said if it does not start.
    """
    folder = Path(os.environ[FOLDER])
    known, log = folder / "server.txt", folder / "log.txt"
    with FileLock(folder / "server.lock", timeout=2 * PATIENCE):
        if known.exists():
            return Address(int(known.read_text().split()[1]), log)
        home = folder / "home"
        home.mkdir(exist_ok=True)
        server = Server(log, home)
        known.write_text(f"{server.process.pid} {server.port}")
        return server


def end(folder: Path) -> None:
    """Stop the server of this folder, if there is one. Whoever has started it may be gone."""
    known = folder / "server.txt"
    if not known.exists():
        return
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(int(known.read_text().split()[0]))
        process.terminate()
        deadline = time.monotonic() + 20
        while process.status() != psutil.STATUS_ZOMBIE:  # as which it stays where nobody asks how it ended
            if time.monotonic() > deadline:
                process.kill()
                break
            time.sleep(0.05)
