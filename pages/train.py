"""Train a network while you watch: in a process of its own, for as many seconds as you like to wait."""

from functools import partial

import streamlit as st

from core import model_file
from core.datasets import DatasetError
from core.running.limits import LimitError
from core.weights import WeightsError
from pages.common import gallery, lessons, loaders, loaders_train, own
from pages.common.pickers import Pickers
from pages.common.training import Training, training
from pages.parts.train import form, live

PAGE = "train"


def outcome(state: Training) -> None:
    """What came out of the last run, in a sentence."""
    state.news = ""
    finished = state.run.finished
    if finished.why in ("failed", "diverged"):
        st.error(finished.message)
    elif finished.weights is None:  # stopped before its first step
        st.info(finished.message)
    if state.trouble:
        st.error(state.trouble)
    mine = own.models().get(state.kept or "")
    if mine is not None:
        facts = mine.facts
        st.success(
            f"{finished.message} “{facts.title}” is now in every page's list of models: "
            f"MSE {facts.held_out_mse:.4f} on 1,000 digits it has not seen, "
            f"after {facts.steps:,} steps in {facts.seconds:.0f} s on {facts.images:,} digits."
        )


def shelf() -> None:
    """The visitor's own models, to download, and a place to load one back."""
    st.subheader("Your models")
    if not own.models():
        st.caption("None yet. Train one above, or load one that you have downloaded before.")
    for key, mine in own.models().items():
        st.download_button(
            f"Download {mine.facts.title}",
            partial(model_file.pack, mine),
            f"{key}.safetensors",
            "application/octet-stream",
            key=f"train-file-{key}",
            help="Weights and configuration in one safetensors file.",
            **gallery.DOWNLOAD,
        )
    upload = st.file_uploader(
        "Load a model",
        type="safetensors",
        key="train-upload",
        help="A file downloaded from this page.",
        max_upload_size=model_file.MAX_BYTES // 1_000_000,
    )
    if upload is not None:
        try:
            mine = model_file.read(upload.getvalue())
        except model_file.ModelFileError as error:
            st.error(str(error))
        else:
            if mine.key not in own.models():
                own.add(mine, {card.title for card in loaders.cards()})
                st.rerun()


st.title("Train")
st.markdown(lessons.section(PAGE, "subtitle"))
state = training()
try:
    wanted, on_all = form.choices(Pickers("train"), state.active)
    form.buttons(state, wanted, on_all)
    if state.run is not None and state.kept is None:
        st.fragment(live.watch, run_every=0.5)()
    elif state.run is not None:
        outcome(state)
        live.draw(live.latest(state.run), state.asked, state.run.history)
        live.files(live.latest(state.run), state.asked, state.run.history)
    else:
        st.caption("Before training: a network with random weights. Press Start.")
        live.draw(loaders_train.untrained(wanted.configs()[0], wanted.seed), wanted)
    shelf()
except (DatasetError, WeightsError, LimitError) as error:
    st.error(str(error))
with st.expander("See, try, understand"):
    st.markdown(lessons.section(PAGE, "understand"))
