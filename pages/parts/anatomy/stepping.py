"""Steps of a private copy of the network on the page Anatomy: its state in the visitor's session, the buttons, slow motion."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from time import monotonic

import streamlit as st

from core.anatomy.flow import Anatomy
from core.anatomy.tug_of_war import Trainee
from core.config import Objective
from core.models import Autoencoder
from core.training import TrainingDivergedError
from pages.parts.anatomy import loaders as ground

PAUSE = 1.0  # seconds between two steps of slow motion
MOST_SLOW = 30  # steps of slow motion, then it stops: somebody may have left the page open
_KEY = "ana-stepping"


@dataclass
class Stepping:
    """What the session keeps about the copy of one network. The copy itself lies with the server, which keeps so many."""

    name: str
    steps: int = 0
    resets: int = 0
    slow: int = 0  # steps of slow motion still to come
    last: float = 0.0
    message: str = ""
    before: tuple[Hashable, Anatomy] | None = None  # before the last press: which digit, and what became of it

    def trainee(self) -> Trainee:
        """The copy. If the server has had to put it away, it is at its start again, and `message` says so."""
        found = ground.trainee(self.name, self.resets)
        if found.steps < self.steps:
            self.message = "So many visitors are taking steps that your copy had to make room. It begins again at its start."
            self.steps, self.slow = found.steps, 0
        return found

    def network(self) -> Autoencoder:
        """The copy, or the shared network while no step has been taken."""
        return self.trainee().model if self.steps else ground.model(self.name)

    def take(self, count: int, objective: Objective, rate: float) -> None:
        """So many steps, or fewer if one leads nowhere, which is then said."""
        self.message, self.last = "", monotonic()
        trainee = self.trainee()
        try:
            for _ in range(count):
                trainee.step(objective, rate)
        except TrainingDivergedError as error:
            self.message, self.slow = str(error), 0
        self.steps = trainee.steps

    def before_of(self, digit: Hashable) -> Anatomy | None:
        """What became of this digit before the last press; None if another one was shown then."""
        return self.before[1] if self.before is not None and self.before[0] == digit else None

    def reset(self) -> None:
        """Back to the network as it was."""
        self.steps, self.slow, self.message, self.before = 0, 0, "", None
        self.resets += 1


def stepping(name: str) -> Stepping:
    """This session's copy of a network, made when it is first asked for. Slow motion goes on for no other."""
    shelf = st.session_state.setdefault(_KEY, {})
    for other in shelf.values():
        if other.name != name:
            other.slow = 0
    found = shelf.setdefault(name, Stepping(name))
    if found.steps:
        found.trainee()  # before anything is said about its steps
    return found


def running() -> bool:
    """Whether slow motion is on, for any network."""
    return any(found.slow > 0 for found in st.session_state.get(_KEY, {}).values())


def buttons(state: Stepping, objective: Objective, rate: float, remember: Callable[[], tuple[Hashable, Anatomy]]) -> None:
    """One step, ten, slow motion or its end, and reset. `remember` gives what is to be shown as "before"."""

    def take(count: int) -> None:
        state.before = remember()
        state.take(count, objective, rate)

    def slow() -> None:
        state.slow = 0 if state.slow else MOST_SLOW
        state.last = 0.0

    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown("**Train a copy of it:**", width="content")
        st.button("1 step", key="ana-one", icon=":material/footprint:", on_click=take, args=(1,))
        st.button("10 steps", key="ana-ten", on_click=take, args=(10,))
        label, icon = ("Stop", ":material/stop:") if state.slow else ("Slow motion", ":material/slow_motion_video:")
        st.button(label, key="ana-slow", icon=icon, on_click=slow, help=f"A step a second, {MOST_SLOW} at most.")
        st.button("Reset", key="ana-reset", icon=":material/restart_alt:", on_click=state.reset, disabled=not state.steps)
        where = f"{state.steps} steps from" if state.steps != 1 else "1 step from"
        st.markdown(f"{where if state.steps else 'At'} its start" + (" · slow motion" if state.slow else ""), width="content")


def tick(state: Stepping, objective: Objective, rate: float, remember: Callable[[], tuple[Hashable, Anatomy]]) -> None:
    """In slow motion, the step that is due."""
    if state.slow and monotonic() - state.last > 0.8 * PAUSE:
        state.before = remember()
        state.slow -= 1
        state.take(1, objective, rate)
