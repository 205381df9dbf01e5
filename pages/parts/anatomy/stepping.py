"""Steps of a private copy of the network on the page Anatomy: its state in the visitor's session, the buttons, slow motion."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import streamlit as st

from core.anatomy.flow import Anatomy
from core.anatomy.tug_of_war import Pull, Trainee
from core.config import Objective, Scale
from core.models import Autoencoder
from core.training import TrainingDivergedError
from pages.common import arrow
from pages.parts.anatomy import loaders as ground

MANY = 10
SLOW, QUICK = 1.0, 0.2  # seconds between two steps of slow motion, and of MANY steps: nobody else has to wait for all of them
MOST_SLOW = 30  # steps of slow motion, then it stops: somebody may have left the page open
_KEY = "ana-stepping"

_mount = st.components.v2.component("latent_lab_clock", js=(Path(__file__).parent / "clock.js").read_text(encoding="utf-8"))


@dataclass
class Stepping:
    """What the session keeps about the copy of one network. The copy itself lies with the server, which keeps so many."""

    name: str
    steps: int = 0
    resets: int = 0
    to_come: int = 0  # steps that will be taken one after the other
    pace: float = SLOW
    last: float = 0.0
    message: str = ""
    seen: tuple[Hashable, Anatomy] | None = None  # what was drawn last: which digit, and what became of it
    before: tuple[Hashable, Anatomy] | None = None  # the same before the last press
    at_start: tuple[Hashable, Anatomy] | None = None  # the same by the network as it was
    pulls: dict[Scale, Pull] = field(default_factory=dict)  # before the first step

    @property
    def due(self) -> bool:
        """Whether the next of several steps is to be taken now."""
        return self.to_come > 0 and monotonic() - self.last > 0.8 * self.pace

    def trainee(self) -> Trainee:
        """The copy. If the server has had to put it away, it is at its start again, and `message` says so."""
        found = ground.trainee(self.name, self.resets)
        if found.steps < self.steps:
            self.message = "So many visitors are taking steps that your copy had to make room. It begins again at its start."
            self.steps, self.to_come = found.steps, 0
        return found

    def network(self) -> Autoencoder:
        """The copy, or the shared network while no step has been taken."""
        return self.trainee().model if self.steps else ground.model(self.name)

    def take(self, objective: Objective, rate: float) -> None:
        """One step; if it leads nowhere, that is said and no other is to come."""
        self.message, self.last = "", monotonic()
        trainee = self.trainee()
        try:
            trainee.step(objective, rate)
        except TrainingDivergedError as error:
            self.message, self.to_come = str(error), 0
        self.steps = trainee.steps

    def pull(self, scale: Scale) -> Pull:
        """What pulled in the last step or, before the first, would pull in it; unweighted. Raises WeightsError."""
        if self.steps:
            return self.trainee().pull(scale)
        if scale not in self.pulls:
            self.pulls[scale] = ground.pull(self.name, scale)
        return self.pulls[scale]

    def before_of(self, digit: Hashable) -> Anatomy | None:
        """What became of this digit before the last press; None if another one was shown then."""
        return self.before[1] if self.before is not None and self.before[0] == digit else None

    def start_of(self, view: Hashable, look: Callable[[], Anatomy]) -> Anatomy:
        """What the network as it was makes of a digit: looked at anew only if digit, noise or the loss are others."""
        if self.at_start is None or self.at_start[0] != view:
            self.at_start = view, look()
        return self.at_start[1]

    def reset(self) -> None:
        """Back to the network as it was."""
        self.steps, self.to_come, self.message, self.before = 0, 0, "", None
        self.resets += 1


def stepping(name: str) -> Stepping:
    """This session's copy of a network, made when it is first asked for. Steps go on for no other."""
    shelf = st.session_state.setdefault(_KEY, {})
    for other in shelf.values():
        if other.name != name:
            other.to_come = 0
    found = shelf.setdefault(name, Stepping(name))
    if found.steps:
        found.trainee()  # before anything is said about its steps
    return found


def buttons(state: Stepping, objective: Objective, rate: float) -> None:
    """One step; ten, or slow motion, one after the other, and their end; reset."""

    def one() -> None:
        state.before = state.seen
        state.take(objective, rate)

    def go(count: int, seconds: float) -> None:
        if going == seconds:
            state.to_come = 0
        else:
            state.before, state.to_come, state.pace, state.last = state.seen, count, seconds, 0.0

    def series(key: str, label: str, icon: str, count: int, seconds: float, about: str) -> None:
        if going == seconds:
            label, icon = "Stop", ":material/stop:"
        st.button(label, key=key, icon=icon, on_click=go, args=(count, seconds), help=about)

    going = state.pace if state.to_come else None
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown("**Train a copy of it:**", width="content")
        st.button("1 step", key="ana-one", icon=":material/footprint:", on_click=one)
        series("ana-ten", f"{MANY} steps", ":material/double_arrow:", MANY, QUICK, "One by one, each shown as it comes.")
        about = f"A step a second, {MOST_SLOW} at most."
        series("ana-slow", "Slow motion", ":material/slow_motion_video:", MOST_SLOW, SLOW, about)
        st.button("Reset", key="ana-reset", icon=":material/restart_alt:", on_click=state.reset, disabled=not state.steps)
        where = f"{state.steps} steps from" if state.steps != 1 else "1 step from"
        doing = f" · {'slow motion' if going == SLOW else f'{state.to_come} to come'}" if going else ""
        st.markdown(f"{where if state.steps else 'At'} its start{doing}", width="content")


def clock(state: Stepping) -> None:
    """While steps are to come, let the browser ask for the view whenever one is due. Shows nothing.

    If instead the view were a fragment with an interval, the whole page would have to run again whenever steps begin or end,
    and requests would come no matter whether the last one has been answered.
    """
    if state.to_come:
        _mount(key="ana-clock", data=arrow.without_tables({"step": state.steps, "pace": state.pace}), on_due_change=_nothing)


def _nothing() -> None:
    """The view takes the step that is due, when it is drawn."""


def tick(state: Stepping, objective: Objective, rate: float) -> None:
    """The step that is due, if several are taken one after the other."""
    if state.due:
        if state.pace == SLOW:
            state.before = state.seen
        state.to_come -= 1
        state.take(objective, rate)
