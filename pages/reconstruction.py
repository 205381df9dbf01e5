"""Digits over what each model makes of them."""

from collections.abc import Iterator, Sequence

import streamlit as st

from core import choosing, images
from core.datasets import DatasetError, Digits
from core.reconstruction import reconstruct
from core.weights import WeightsError
from pages.common import charts, gallery, lessons, loaders, pickers
from pages.common.gallery import Row

PAGE = "reconstruction"
SHOWN = 10


@st.fragment
def view() -> None:
    """The controls, the digits and the chart; moving a control redraws only this."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        cards = [card for card in loaders.cards() if not card.conditional]
        chosen = pickers.models("rec-models", cards, loaders.WARM)
        choice = pickers.digits("rec-digits")
        seed = pickers.draw("rec-draw")
        errors = pickers.switch("Error maps", "rec-errors", help="Where each drawing differs from its digit.")

    digits = choose(choice, seed)
    rows = [original(digits)]
    for card in chosen:
        rows += reconstructed(card, digits, errors)
    gallery.show(rows, key="rec-digits-picture")
    if not chosen:
        st.info("Choose a model above to see what it makes of these digits.")
    compare(chosen)


def choose(choice: str, seed: int) -> Digits:
    """The digits a picker's choice stands for."""
    digits = loaders.digits()
    if choice == pickers.ONE_OF_EACH:
        return digits.subset(choosing.one_of_each(digits, seed))
    if choice == pickers.RANDOM:
        return digits.subset(choosing.at_random(digits, seed, SHOWN))
    return digits.subset(choosing.of_class(digits, pickers.class_of(choice), seed, SHOWN))


def original(digits: Digits) -> Row:
    """The top row."""
    classes = [str(k) for k in digits.labels.tolist()]
    return Row("Digits", ["784 pixels"], pngs(digits.images), [f"a {k}" for k in classes], classes)


def reconstructed(card: loaders.Card, digits: Digits, errors: bool) -> Iterator[Row]:
    """A model's row and, if wanted, the row of its errors."""
    x = digits.pixels()
    found = reconstruct(loaders.model(card.name), x)
    classes = digits.labels.tolist()
    names = [f"a {k} by {card.title}, MSE {mse:.4f}" for k, mse in zip(classes, found.mse.tolist(), strict=True)]
    notes = [f"code of {card.latent_dim}", f"test MSE {shown(card.mse)}", f"these {len(digits)}: {found.mean_mse:.4f}"]
    captions = []
    if found.predicted is not None:
        notes.append("below: the class read off the code")
        read = zip(found.predicted.tolist(), classes, strict=True)
        captions = [f"{guess} ✓" if guess == k else f"{guess} ✗" for guess, k in read]
    yield Row(card.title, notes, pngs(images.to_uint8(found.images)), names, captions)
    if errors:
        maps = images.error_map(x, found.images)
        yield Row("", ["its errors", "red: too bright", "blue: too dark"], pngs(maps), [f"errors of {name}" for name in names])


def compare(chosen: Sequence[loaders.Card]) -> None:
    """The models' errors over the whole test set, with what an error has to beat."""
    baselines = loaders.baselines()
    bars = [charts.Bar(card.title, card.mse, baselines.pca.get(card.latent_dim)) for card in chosen if card.mse is not None]
    chart, text = st.columns([3, 2], gap="large")
    with chart:
        st.subheader("Over the whole test set")
        if bars:
            lines = {"mean image": baselines.mean_image, "class mean": baselines.class_mean}
            st.altair_chart(charts.test_errors(bars, lines), width="stretch")
        st.caption("Mean over the 784 pixels, from 0 to 1, of 10,000 digits that neither training nor selection has seen.")
    with text:
        st.subheader("See")
        st.markdown(lessons.section(PAGE, "see"))
        st.subheader("Try")
        st.markdown(lessons.section(PAGE, "try"))


def pngs(pictures) -> list[bytes]:
    """Each picture as a PNG file."""
    return [images.png_bytes(picture) for picture in images.to_uint8(pictures)]


def shown(mse: float | None) -> str:
    return "not measured yet" if mse is None else f"{mse:.4f}"


st.title("Reconstruction")
st.markdown(lessons.section(PAGE, "subtitle"))
try:
    view()
except (DatasetError, WeightsError) as error:
    st.error(str(error))
else:
    with st.expander("Understand: what is being measured", expanded=False):
        st.markdown(lessons.section(PAGE, "understand"))
