"""The private copies of networks that visitors step, within one bound of memory for the whole server; no Streamlit."""

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
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
        self._being_made: dict[Key, Future[Trainee]] = {}
        self._lock = Lock()  # of all visitors, so nothing that takes time is done while it is held

    def get(self, key: Key, make: Callable[[], Trainee]) -> Trainee:
        """The copy of that key; `make` makes it if it is new or had to go. A network's older resets are dropped.

        Whoever asks for a copy that is being made waits for it, and no one else does. Raises what `make` raises.
        """
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            found = self._being_made.get(key)
            mine = found is None
            if mine:
                found = self._being_made[key] = Future()
        if mine:
            self._make(key, make, found)
        return found.result()

    def _make(self, key: Key, make: Callable[[], Trainee], found: "Future[Trainee]") -> None:
        made, trouble = None, None
        try:
            made = make()
        except BaseException as error:  # those who wait for it must hear of it
            trouble = error
        with self._lock:
            wanted = self._being_made.get(key) is found  # else its visitor has left meanwhile
            if wanted:
                del self._being_made[key]
            if wanted and made is not None:
                self._keep(key, made)
        if trouble is None:
            found.set_result(made)
        else:
            found.set_exception(trouble)

    def _keep(self, key: Key, made: Trainee) -> None:
        for old in [old for old in self._kept if old[:2] == key[:2]]:
            del self._kept[old]
        self._kept[key] = made
        while self.bytes > self._most_bytes and len(self._kept) > 1:
            self._kept.popitem(last=False)

    def release(self, session: str) -> None:
        """A visitor has left."""
        with self._lock:
            for copies in (self._kept, self._being_made):
                for key in [key for key in copies if key[0] == session]:
                    del copies[key]

    @property
    def bytes(self) -> int:
        """About what the copies take."""
        return sum(_BYTES * parameter_count(trainee.model) for trainee in self._kept.values())

    def __len__(self) -> int:
        return len(self._kept)
