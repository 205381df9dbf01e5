"""A training run as it stands: drawn twice a second while it goes on."""

from collections.abc import Iterable
from functools import partial

import streamlit as st

from core.running import files as run_files
from core.running.short_runs import TRAINABLE, ShortRun
from core.running.worker import Preview, Progress
from pages.common import gallery, loaders_train
from pages.common.gallery import Row
from pages.common.jobs import Run
from pages.common.problems import as_sentences
from pages.common.training import Training, keep, training
from pages.parts.train import charts


def watch() -> None:
    """The run as it stands; while it goes on, this is drawn twice a second."""
    with as_sentences():
        _watch(training())


def _watch(state: Training) -> None:
    run, asked = state.run, state.asked
    place = loaders_train.runner().place(run)
    if run.state == "queued":
        st.progress(0.0, f"Waiting for a free place: {place} in the queue.")
    elif run.progress is None and run.finished is None:
        st.progress(0.0, "Starting the training process …")
    elif run.finished is None:
        st.progress(run.progress.progress, _standing(run, run.progress))
    draw(latest(run), asked, run.history)
    if run.state == "ended":
        keep(state)
        st.rerun()
    if run.state != state.drawn:  # the buttons stand outside of what is drawn twice a second
        st.rerun()


def _standing(run: Run, progress: Progress) -> str:
    """How far a run is, in a sentence; how long it may rest, too, while it is paused."""
    far = f"{progress.seconds_left:.0f} s left, {progress.index} steps, {progress.epoch:.1f} epochs"
    if run.state != "paused":
        return f"Training: {far}"
    return f"Paused: {far}. Resume within {run.pause_left:.0f} s, or the run is stopped."


def latest(run: Run) -> Preview:
    """What the run last showed; before that, the network as it starts."""
    return run.preview or loaders_train.untrained(run.model, run.train.seed)


def draw(preview: Preview, asked: ShortRun, history: Iterable[Progress] = ()) -> None:
    """Reconstructions, the map and the loss terms."""
    gallery.show(_rows(preview, asked), key="train-gallery")
    terms = _terms(asked)
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**Loss terms of the last batch, unweighted**")
        st.vega_lite_chart(*charts.losses(history, terms, asked.scale, asked.seconds), width="stretch", key="train-losses")
    with right:
        st.markdown("**Codes μ of 1,000 digits that are not trained on**")
        spec = charts.code_map(preview.codes, preview.labels, asked.latent_dim, asked.variational)
        st.vega_lite_chart(*spec, width="stretch", key="train-map")


def files(preview: Preview, asked: ShortRun, history: Iterable[Progress]) -> None:
    """What a run showed, to keep."""
    with st.container(horizontal=True):
        gallery.download(_rows(preview, asked), "reconstructions", "train-pictures")
        table = partial(run_files.history_csv, list(history), _terms(asked))
        st.download_button("Loss terms (CSV)", table, "loss-terms.csv", "text/csv", key="train-history", **gallery.DOWNLOAD)


def _rows(preview: Preview, asked: ShortRun) -> list[Row]:
    names = [f"{k}" for k in range(len(preview.originals))]
    notes = [TRAINABLE[asked.architecture], f"{asked.latent_dim} numbers"]
    return [
        Row("Originals", ["not trained on"], gallery.pngs(preview.originals), names),
        Row("Reconstructions", notes, gallery.pngs(preview.reconstructions), [f"{name}, reconstructed" for name in names]),
    ]


def _terms(asked: ShortRun) -> list[str]:
    return ["reconstruction"] + ["kl"] * asked.variational + ["classification"] * asked.classifies
