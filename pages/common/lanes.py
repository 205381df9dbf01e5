"""Whose run computes now: few at a time, short ones before long ones, and nobody waits for ever. Knows no Streamlit.

Every visitor's run is a thread. Twenty threads that compute at once take turns at Python's one lock after every small tensor
operation and every message, and each turn costs a switch: a hundred visitors then wait ten seconds for a server that is half
idle. So a run takes a place first. There are two places, of which long runs take one at most, so that a short run never waits
for two long ones. How long a run will take is learnt from earlier runs of its kind.
"""

import threading
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic, thread_time

PLACES = 2  # one run computes while the other waits for PyTorch or sends; more only take the lock from each other
MOST = 4  # runs at once, counting those that have outstayed their place
LONG = 0.12  # seconds of processor time: a run that is expected to take more is long, and so is one that already has taken it
STUCK = 1.0  # seconds after which a run that still holds its place is waiting for something, and is no longer counted
COURTESY = 10.0  # seconds that a run lets others go first, for each second that it is expected to take
UNKNOWN = 0.04  # seconds: what a run of a new kind is expected to take, which is the median of all kinds
LOOK = 0.1  # seconds between looks at whether somebody has outstayed
_MEMORY = 0.25  # weight of the latest run in what is expected of the next one
_KINDS = 1000  # of runs that are remembered: pages times fragments is a hundred; a stranger may invent more


@dataclass(eq=False)
class _Ticket:
    """A run that waits for its place or has it."""

    due: float  # on the monotonic clock: who is due first goes first
    long: bool
    since: float = 0.0  # when it got its place
    ready: threading.Event = field(default_factory=threading.Event)


class Lanes:
    """The places of one process."""

    def __init__(self, places: int = PLACES) -> None:
        self._places = places
        self._lock = threading.Lock()
        self._waiting: list[_Ticket] = []
        self._running: list[_Ticket] = []
        self._expected: dict[Hashable, float] = {}
        self._mine = threading.local()

    def expected(self, kind: Hashable) -> float:
        """Seconds of processor time that a run of this kind is expected to take."""
        return self._expected.get(kind, UNKNOWN)

    @contextmanager
    def place(self, kind: Hashable) -> Iterator[None]:
        """Wait for a place, hold it, and learn from how much processor time this thread has taken meanwhile."""
        self._mine.kind = kind
        self._enter()
        began = thread_time()
        try:
            yield
        finally:
            self._leave()
            self._mine.kind = None
            self._learn(kind, thread_time() - began)

    @contextmanager
    def stepped_aside(self) -> Iterator[None]:
        """Give this thread's place to others while it waits for something; a thread without a place just waits."""
        ticket = getattr(self._mine, "ticket", None)
        if ticket is None:
            yield
            return
        self._leave()
        try:
            yield
        finally:
            self._enter()

    def _enter(self) -> None:
        expected = self.expected(self._mine.kind)
        ticket = _Ticket(monotonic() + COURTESY * expected, expected > LONG)
        with self._lock:
            self._waiting.append(ticket)
            self._admit()
        while not ticket.ready.wait(LOOK):
            with self._lock:
                self._admit()
        self._mine.ticket = ticket

    def _leave(self) -> None:
        ticket, self._mine.ticket = self._mine.ticket, None
        with self._lock:
            self._running.remove(ticket)
            self._admit()

    def _admit(self) -> None:
        """Let in who fits, in order of who is due. To be called with the lock held."""
        now = monotonic()
        while fitting := [ticket for ticket in self._waiting if self._fits(ticket, now)]:
            ticket = min(fitting, key=lambda ticket: ticket.due)
            self._waiting.remove(ticket)
            self._running.append(ticket)
            ticket.since = now
            ticket.ready.set()

    def _fits(self, ticket: _Ticket, now: float) -> bool:
        counted = [running for running in self._running if now - running.since < STUCK]
        long = sum(running.long or now - running.since > LONG for running in counted)
        short = len(counted) - long
        if len(counted) >= MOST or short + min(long, 1) >= self._places:
            return False
        return not ticket.long or long == 0 or now > ticket.due  # a long run that is overdue does not wait for its lane

    def _learn(self, kind: Hashable, seconds: float) -> None:
        with self._lock:
            if len(self._expected) >= _KINDS and kind not in self._expected:
                self._expected.clear()
            before = self._expected.get(kind, seconds)
            self._expected[kind] = before + _MEMORY * (seconds - before)


LANES = Lanes()  # of this server
