"""t-SNE while a visitor waits: in a process of its own, one at a time on this server, the last results kept.

Inside the server it would hold up every other session for its ten seconds. The visitor's own run waits in `Projector.map_of`,
which lets the others go on; when the visitor moves a control or leaves, Streamlit ends that run at the next report, and the
process with it. Knows no Streamlit.
"""

import multiprocessing
import threading
from collections import OrderedDict
from collections.abc import Callable
from time import monotonic
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.tsne import work

KEPT = 64  # maps of 2,000 points: 16 kB each
PATIENCE = 120.0  # seconds after which a run is given up
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
        while not self._slot.acquire(timeout=_LOOK):
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


def _run(codes: NDArray[np.floating], perplexity: float, seed: int, report: Report) -> Places:
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(sender, codes, perplexity, seed), daemon=True)
    process.start()
    sender.close()  # the child's end lives in the child alone, so its death closes the pipe
    share, begun = 0.0, monotonic()
    try:
        while monotonic() - begun < PATIENCE:
            report(share, f"t-SNE of {len(codes):,} digits …" if share else "Starting t-SNE …")
            if receiver.poll(_LOOK):
                message = receiver.recv()
                if isinstance(message, np.ndarray):
                    return message
                if isinstance(message, str):
                    raise ProjectionError(f"There is no such map: {message}.")
                share = message
        raise ProjectionError(
            f"t-SNE took more than {PATIENCE:.0f} s and was given up; try again when the server is less busy."
        )
    except EOFError as error:
        raise ProjectionError("The process that makes the map ended before its time; move a control to try again.") from error
    finally:
        process.terminate()
        process.join(5)
        receiver.close()
