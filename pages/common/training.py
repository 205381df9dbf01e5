"""A visitor's training run in the session: one dataclass, one key; and its model, kept wherever the visitor is when it ends."""

from dataclasses import dataclass

import streamlit as st

from core import model_file
from core.running.short_runs import ShortRun
from pages.common import loaders, own, prose
from pages.common.jobs import Run, State
from pages.common.problems import as_sentences

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
    news: str = ""  # of its end, until it has been said, on whatever page the visitor is

    @property
    def active(self) -> bool:
        return self.run is not None and self.run.state != "ended"


def training() -> Training:
    """This session's, made when it is first asked for."""
    return st.session_state.setdefault(_KEY, Training())


def keep(state: Training) -> None:
    """Put the finished run's model among the visitor's own, unless its numbers have become of no use, and have news of it."""
    finished, state.kept, state.trouble = state.run.finished, "", ""
    state.news = "Training has ended without a model; the page Train says why."
    if finished.weights is None:
        return
    taken = {card.title for card in loaders.cards()}
    facts = model_file.Facts(
        own.free_title(state.title, taken), finished.images, finished.steps, finished.seconds, finished.held_out_mse
    )
    try:
        model = model_file.read(model_file.write(finished.weights, state.run.model, state.run.train, facts))
    except model_file.ModelFileError as error:
        state.trouble = f"The trained model is not kept. {error}"
        return
    mine = own.add(model, taken)
    state.kept = mine.key
    state.news = f"Training has ended: {prose.plain(mine.facts.title)} is now in every page's list of models."


def from_afar() -> None:
    """For every page but Train: while a run goes on, look once a second, and when it has ended, keep its model and say so."""
    state = training()
    if state.news:
        st.toast(state.news, icon=":material/school:", duration=10)
        state.news = ""
    if state.run is not None and state.kept is None:
        _look()


@st.fragment(run_every=1.0)
def _look() -> None:
    state = training()
    if state.kept is not None or state.run.state != "ended":
        return
    with as_sentences():
        keep(state)
    st.rerun()  # so that the lists of models have it
