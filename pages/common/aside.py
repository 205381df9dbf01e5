"""Long computations that a visitor asks for: a few at a time, on one core less than there are, and at low priority.

PyTorch lets other threads run while it computes, but every such thread keeps a core busy for seconds. No Streamlit: what is
handed over has no visitor, so the models and digits it needs are looked up before.
"""

import os
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from threading import Lock
from typing import TypeVar

from pages.common import host
from pages.common.lanes import LANES

Result = TypeVar("Result")

_LOOK = 0.1  # seconds between looks at whether the visitor still waits
_KEPT = 16  # results that nobody has waited for until the end

_pool = ThreadPoolExecutor(max(1, (os.cpu_count() or 1) - 1), "aside", host.be_patient)
_lock = Lock()


@dataclass
class _Begun:
    """Work that is waited for, or was, and how many visitors wait for it."""

    future: Future
    waiting: int = 0


_begun: dict[Hashable, _Begun] = {}


def computed(key: Hashable, work: Callable[[], Result], look: Callable[[], object] = lambda: None) -> Result:
    """The result, as soon as it is this one's turn and it is done. Raises whatever `work` raises.

    `look` is called ten times a second while the visitor waits, and may end the wait by raising. The work then goes on if it
    has begun, and whoever asks for the same `key` next, which names all that the work depends on, finds it half done.
    """
    with _lock:
        if key not in _begun:
            _begun[key] = _Begun(_pool.submit(work))
            for old in [old for old, left in _begun.items() if left.future.done() and not left.waiting][:-_KEPT]:
                del _begun[old]
        begun = _begun[key]
        begun.waiting += 1
    try:
        with LANES.stepped_aside():
            while not wait([begun.future], _LOOK).done:
                look()
        return begun.future.result()
    finally:
        with _lock:
            begun.waiting -= 1
            if not begun.waiting and (begun.future.done() or begun.future.cancel()):
                del _begun[key]
