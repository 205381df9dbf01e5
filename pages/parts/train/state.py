"""The training run's state in a visitor's session: one dataclass, one key."""

from dataclasses import dataclass

import streamlit as st

from core.running.short_runs import ShortRun
from pages.common.jobs import Run, State

_KEY = "training"


@dataclass
class Training:
    """The visitor's run, what it was asked for, and the key of the model that came out of it, or why none did."""

    run: Run | None = None
    asked: ShortRun | None = None
    title: str = ""
    drawn: State | None = None  # the run's state that its buttons were drawn for
    kept: str | None = None
    trouble: str = ""

    @property
    def active(self) -> bool:
        return self.run is not None and self.run.state != "ended"


def training() -> Training:
    """This session's, made when it is first asked for."""
    return st.session_state.setdefault(_KEY, Training())
