"""A training run as it stands: drawn twice a second while it goes on, and put among the visitor's own models when it ends."""

from collections.abc import Iterable
from functools import partial

import streamlit as st

from core import model_file
from core.running import files as run_files
from core.running.short_runs import TRAINABLE, ShortRun
from core.running.worker import Preview, Progress
from pages.common import gallery, loaders, loaders_train, own
from pages.common.gallery import Row
from pages.common.jobs import Run
from pages.common.problems import as_sentences
from pages.parts.train import charts
from pages.parts.train.state import Training, training


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


def keep(state: Training) -> None:
    """Put the finished run's model among the visitor's own, unless its numbers have become of no use."""
    finished, state.kept, state.trouble = state.run.finished, "", ""
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
    state.kept = own.add(model, taken).key


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
