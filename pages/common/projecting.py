"""t-SNE while a visitor waits: in a process of its own, one at a time on this server, the last results kept.

Inside the server it would hold up every other session for its ten seconds. The visitor's own run waits in `Projector.map_of`,
which lets the others go on; when the visitor moves a control or leaves, Streamlit ends that run at the next report, and the
process with it. Knows no Streamlit.
"""

import queue
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.maps.tsne import to_npy
from pages.common.lanes import LANES

KEPT = 64  # maps of 2,000 points: 16 kB each
PATIENCE = 300.0  # seconds after which a run is given up
_ROOT = Path(__file__).parents[2]
_LOOK = 0.25  # seconds between reports to the visitor

Places = NDArray[np.float32]
Report = Callable[[float, str], None]  # the share that is done, and what is going on


class ProjectionError(RuntimeError):
    """There is no map; the message says why and what to do."""


class Projector:
    """Makes maps and keeps the last KEPT of them by what they were made of."""

    def __init__(self) -> None:
        self._slot = threading.Lock()
        self._maps: OrderedDict[Any, Places] = OrderedDict()
        self._guard = threading.Lock()

    def kept(self, key: Any) -> Places | None:
        """A map made before. Nobody may change it."""
        with self._guard:
            if key in self._maps:
                self._maps.move_to_end(key)
            return self._maps.get(key)

    def map_of(self, key: Any, codes: NDArray[np.floating], perplexity: float, seed: int, report: Report) -> Places:
        """The map, (N, 2), of codes, (N, D); waits for its turn and for the process. `key` names all of the arguments.

        `report` is called every quarter of a second from here on and may end the wait by raising. Raises ProjectionError.
        """
        while not self._acquired():
            report(0.0, "Another visitor's t-SNE is running; yours is next …")
        try:
            found = self.kept(key)  # the other visitor may have asked for the same
            if found is None:
                found = _run(codes, perplexity, seed, report)
                with self._guard:
                    self._maps[key] = found
                    while len(self._maps) > KEPT:
                        self._maps.popitem(last=False)
            return found
        finally:
            self._slot.release()

    def _acquired(self) -> bool:
        with LANES.stepped_aside():
            return self._slot.acquire(timeout=_LOOK)


def _run(codes: NDArray[np.floating], perplexity: float, seed: int, report: Report) -> Places:
    """Start the process and follow it. Not a multiprocessing one: that would run the visitor's page again in the child."""
    command = [sys.executable, "-m", "core.maps.tsne", str(perplexity), str(seed)]
    process = subprocess.Popen(
        command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=-1
    )
    messages: queue.Queue[float | Places | ProjectionError] = queue.Queue()
    threading.Thread(target=_talk, args=(process, codes, messages), daemon=True).start()
    share, begun = 0.0, monotonic()
    try:
        while monotonic() - begun < PATIENCE:
            report(share, f"t-SNE of {len(codes):,} digits …" if share else f"Starting t-SNE of {len(codes):,} digits …")
            try:
                with LANES.stepped_aside():
                    message = messages.get(timeout=_LOOK)
            except queue.Empty:
                continue
            if isinstance(message, ProjectionError):
                raise message
            if isinstance(message, np.ndarray):
                return message
            share = message
        raise ProjectionError(
            f"t-SNE took more than {PATIENCE:.0f} s and was given up; try again when the server is less busy."
        )
    finally:
        process.kill()


def _talk(process: subprocess.Popen, codes: NDArray[np.floating], messages: queue.Queue) -> None:
    """In a thread: hand the codes over and pass on what comes back, until the process ends, however it ends."""
    try:
        with process, suppress(BrokenPipeError):  # it is killed when its visitor leaves
            process.stdin.write(to_npy(codes))
            process.stdin.close()
            for line in process.stdout:
                if line == b"map\n":
                    messages.put(np.load(BytesIO(process.stdout.read())))
                    return
                messages.put(float(line))
            said = process.stderr.read().decode(errors="replace").strip()
        if process.returncode == 2:
            raise ProjectionError(f"There is no such map: {said}.")
        raise ProjectionError("The process that makes the map ended before its time; move a control to try again.")
    except ProjectionError as error:
        messages.put(error)
    except (OSError, ValueError):  # cut short in the middle of a line or of the map
        messages.put(ProjectionError("The map came back damaged; move a control to try again."))
