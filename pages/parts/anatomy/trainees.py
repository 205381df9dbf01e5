"""The private copies of networks that visitors step, within one bound of memory for the whole server; no Streamlit."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from core.anatomy.tug_of_war import Trainee
from core.models import parameter_count

MOST_BYTES = 160_000_000  # 40 copies of the usual network, or a dozen dense ones
_BYTES = 3 * 4  # for each number that training adjusts: itself and Adam's two moments, in single precision

Key = tuple[str, str, int]  # the visitor, the network, how often it has been reset


class Trainees:
    """Copies by visitor, network and reset. The one that has not been used for longest makes room."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._kept: OrderedDict[Key, Trainee] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key, make: Callable[[], Trainee]) -> Trainee:
        """The copy of that key; `make` makes it if it is new or had to go. A network's older resets are dropped."""
        with self._lock:
            if key not in self._kept:
                for old in [old for old in self._kept if old[:2] == key[:2]]:
                    del self._kept[old]
                self._kept[key] = make()
            self._kept.move_to_end(key)
            while self.bytes > self._most_bytes and len(self._kept) > 1:
                self._kept.popitem(last=False)
            return self._kept[key]

    def release(self, session: str) -> None:
        """A visitor has left."""
        with self._lock:
            for key in [key for key in self._kept if key[0] == session]:
                del self._kept[key]

    @property
    def bytes(self) -> int:
        """About what the copies take."""
        return sum(_BYTES * parameter_count(trainee.model) for trainee in self._kept.values())

    def __len__(self) -> int:
        return len(self._kept)
