"""A digit of one's own, and rows of real ones, over what each model makes of them."""

from collections.abc import Sequence

import streamlit as st

from core import losses
from core.pictures import frames
from core.pictures.choosing import Shown, choose
from core.reconstruction import reconstruct
from pages.common import gallery, lessons, loaders, own_digit, own_pictures, problems, prose, redrawn
from pages.common.gallery import Row
from pages.common.loaders import Card
from pages.common.pickers import Pickers
from pages.parts.reconstruction import one_digit

PAGE, PREFIX = "reconstruction", "rec"
# on a phone, where there is no room for both, one draws first and chooses models further down
DRAWING_FIRST = (
    f"<style>@media (max-width: 500px) {{ div:has(> .st-key-{PREFIX}-choice) {{ order: 1; }} "
    f"div:has(> .st-key-{PREFIX}-top) ~ * {{ order: 2; }} }}</style>"
)


@st.fragment
@problems.as_sentences()
def view() -> None:
    """The controls, the pictures and the chart; moving a control redraws only this."""
    cards = [card for card in loaders.cards() if not card.conditional]
    pick = Pickers(PREFIX)
    own_pictures.from_address(st.warning)
    own_pictures.to_address()
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{PREFIX}-choice"):
        picked = pick.models(cards, loaders.WARM, width=660)
        own_digit.upload_here(PREFIX)
    chosen = problems.usable(picked)
    top = st.container(key=f"{PREFIX}-top")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        choice = pick.pictures()
        seed = pick.draw()
        errors = pick.switch("errors", "Error maps", "Red where a drawing is too bright, blue where it is too dark.")

    shown = choose(loaders.digits(), choice, seed)
    with top:
        one(chosen, shown)
        st.html(DRAWING_FIRST)
    rows = [Row("Originals", ["784 pixels"], gallery.pngs(shown.images), shown.names, shown.names)]
    for card in chosen:
        rows += reconstructed(card, shown, errors)
    gallery.show(rows, key="rec-gallery")
    gallery.download(rows, "reconstructions", "rec-sheet")
    if not chosen:
        st.info("Choose a model above to see what it makes of these pictures.")

    chart, text = st.columns([3, 2], gap="large")
    with chart:
        st.subheader("Over the whole test set")
        with problems.as_sentences():
            compare(chosen)
    with text:
        st.subheader("See")
        st.markdown(lessons.section(PAGE, "see"))
        st.subheader("Try")
        st.markdown(lessons.section(PAGE, "try"))


@st.fragment
@problems.as_sentences()
def one(chosen: Sequence[Card], shown: Shown) -> None:
    """The canvas and what the models make of one digit; a stroke redraws only this."""
    one_digit.show(PREFIX, chosen, shown)


def reconstructed(card: Card, shown: Shown, errors: bool) -> list[Row]:
    """A model's row and, if wanted, the row of its errors."""
    found = reconstruct(loaders.model(card.name), shown.pixels())
    notes = [f"{card.latent_dim} numbers", f"test MSE {four_digits(card.mse)}", f"MSE here {four_digits(found.mean_mse)}"]
    return redrawn.rows(card.title, notes, shown, found, errors)


def compare(chosen: Sequence[Card]) -> None:
    """The models' errors, with what an error has to beat."""
    chart = loaders.error_bars(tuple(card.name for card in chosen))
    if chart is not None:
        st.vega_lite_chart(chart, width="stretch")
    st.caption("Pixels go from 0 to 1. The 10,000 digits of the test set took no part in training or in choosing the models.")


def four_digits(mse: float | None) -> str:
    return "not measured yet" if mse is None else f"{mse:.4f}"


st.title("Reconstruction")
st.markdown(lessons.section(PAGE, "subtitle"))
view()
prose.understand(
    PAGE, "what is measured, and against what", losses.squared_error, losses.kl_per_dimension, frames.to_mnist_frame
)
