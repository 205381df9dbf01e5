"""What a visitor may choose for a training run, and the buttons that govern it."""

import streamlit as st

from core.config import Scale
from core.running import limits
from core.running.short_runs import ALPHAS, SCALES, SECONDS, TRAINABLE, ShortRun, offered
from pages.common import loaders_train
from pages.common.pickers import Pickers
from pages.common.training import Training

ALPHA_NAMES: dict[Scale, str] = {"elbo": "alpha", "notebook": "notebook-alpha"}  # in the address


def choices(pick: Pickers, locked: bool) -> tuple[ShortRun, bool]:
    """What to train, and whether on all of MNIST. Raises LimitError if the host allows no network at all."""
    default, sizes = ShortRun(), offered()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        architecture = pick.option(
            "model", "Architecture", {name: TRAINABLE[name] for name in sizes}, "What the network is made of.", locked
        )
        latent_dim = pick.option(
            "code", "Code size", {n: str(n) for n in sizes[architecture]}, "Numbers in z; 2 can be drawn as they are.", locked
        )
        seconds = pick.number("seconds", "Time (s)", *SECONDS, default.seconds, "Time spent in training steps.", locked)
        kind = ShortRun(architecture)
        beta = pick.number("beta", "β", 0.0, 100.0, 1.0, "Weight of the KL term.", locked) if kind.one_beta else 0.0
        for_alpha = st.container(width="content")
        more = st.popover("More", help="The loss, the seed and the digits.", icon=":material/tune:")
    with more:
        scale = pick.option("loss", "Loss", SCALES, "Bernoulli cross-entropy and KL in nats, or the notebook's scale.", locked)
        seed = pick.number(
            "seed", "Seed", 0, 999, 0, "Initial weights, order and noise; the same seed starts the same way.", locked
        )
        has_all = loaders_train.full_mnist()
        full = pick.switch("all", "Train on all 55,000 digits", "Otherwise on 4,000 of the embedded ones.") and has_all
        alpha = 0.0
        if kind.classifies:  # on the notebook's scale, which is the smaller one, the same weight would drown the other terms
            name, about = ALPHA_NAMES[scale], "Weight of the class head's cross-entropy, on this loss's scale."
            with for_alpha:
                alpha = pick.number(name, "Classifier weight", 0.0, 500.0, ALPHAS[scale], about, locked)
        if not has_all:
            st.caption("All of MNIST is not on this machine, so 4,000 embedded digits are trained on.")
    return ShortRun(architecture, latent_dim, scale, beta, alpha, seconds, seed), full


def buttons(state: Training, asked: ShortRun, full: bool) -> None:
    """Start, pause or resume, stop, with a name for what comes out."""
    runner = loaders_train.runner()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        title = st.text_input(
            "Name of the model",
            f"My {TRAINABLE[asked.architecture]}",
            max_chars=50,
            width=300,
            disabled=state.active,
            key="train-title",
            help="It appears under this name in every page's list of models.",
        )
        if not state.active:
            if st.button("Start", type="primary", icon=":material/play_arrow:", key="train-start", help="Begin a new run."):
                model, config = asked.configs()
                state.run = runner.submit(loaders_train.session(), model, config, full=full)
                state.asked, state.title, state.kept = asked, title, None
                st.rerun()
            return
        state.drawn = state.run.state  # read once: the run goes on meanwhile
        paused = state.drawn == "paused"
        if st.button(
            "Resume" if paused else "Pause",
            key="train-pause",
            help=f"The time stands still while paused. A run is stopped once its pauses together last {limits.MAX_PAUSE:g} s.",
            disabled=state.drawn == "queued",
        ):
            state.run.resume() if paused else state.run.pause()
            st.rerun()
        if st.button("Stop", icon=":material/stop:", key="train-stop", help="End now and keep the model as it is."):
            runner.stop(state.run)
