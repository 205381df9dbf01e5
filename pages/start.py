"""What a generative model is, what this dashboard shows, and what it works with."""

from dataclasses import asdict
from pathlib import Path

import streamlit as st

from core.inventory import Inventory
from pages.common import charts_start, diagrams, gallery, lessons, loaders, problems
from pages.common import loaders_start as ground
from pages.common.gallery import Row
from pages.common.pickers_range import RangePickers
from pages.common.pickers_start import StartPickers

PAGE, PREFIX, CHART = "start", "start", "start-plane"
HERE = Path(__file__).parent
PAGES = ("reconstruction", "latent_map", "kl_beta", "transitions", "compare", "train")


@st.fragment
def carried_gaussian() -> None:
    """The plane of codes, what the decoder makes of one of them, and the map of digit space."""
    with problems.as_sentences():
        name = ground.decoder()
        if name is None:
            st.info("No model with a code of two numbers is shipped with this copy. Run `python -m core.pretrain dense-vae-2`.")
            return
        pick, (plane, space) = StartPickers(PREFIX), ground.carried(name)
        left, middle, right = st.columns([36, 20, 44], gap="medium")
        with middle:
            z = pick.code()
            found = ground.found(name, *z)
            near = loaders.digits().subset(slice(found.nearest, found.nearest + 1))
            gallery.show([Row("Decoded", [], gallery.pngs(found.image), ["the decoded code"])], key="start-decoded")
            label = f"a {int(near.labels)}"
            notes = [label, f"MSE {found.mse:.4f}"]
            gallery.show([Row("Most like it", notes, gallery.pngs(near.images), [label])], key="start-nearest")
        with left:
            st.markdown("**A unit Gaussian**: 700 draws of z. Click one.")
            st.vega_lite_chart(
                spec=charts_start.gaussian(plane, pick.place(z)),
                key=CHART,
                on_select=lambda: pick.take(CHART, ground.draw_at(name)),
                selection_mode=[charts_start.PICK],
                width="stretch",
            )
        with right:
            st.markdown("**Digit space**, and where the decoder puts the same draws")
            st.vega_lite_chart(spec=charts_start.digit_space(space, ground.space(), found.place), width="stretch", key="start-space")


@st.fragment
def leaving() -> None:
    """Pictures on their way out of digit space, each with its bound on log p(x)."""
    with problems.as_sentences():
        k = StartPickers(PREFIX).digit()
        rows = []
        for walk in ground.walks(k):
            captions = [f"{bound:,.0f}".replace("-", "−") for bound in walk.bounds.tolist()]
            names = [f"{walk.name}, log p(x) at least {caption} nats" for caption in captions]
            notes = [f"at worst {walk.lost:,.0f} nats below the digit"]
            rows.append(Row(walk.name.capitalize(), notes, gallery.pngs(walk.images), names, captions))
        gallery.show(rows, key="start-leaving")


def architectures() -> None:
    """Every architecture of the shipped models as a drawing of its real layers."""
    with problems.as_sentences():
        cells = []
        for architecture, (title, outline) in ground.outlines().items():
            text = lessons.section(PAGE, architecture)
            cells.append((title, f"{text} {outline.parameters:,} parameters.", diagrams.svg(title, outline)))
        diagrams.show(cells)


def contents() -> None:
    """A line on each page there is, with a link to it."""
    there = [page for page in PAGES if (HERE / f"{page}.py").exists()]
    columns = st.columns(3)
    for i, page in enumerate(there):
        with columns[i % 3], st.container(border=True):
            st.page_link(HERE / f"{page}.py", icon=":material/arrow_forward:")
            st.markdown(lessons.section(PAGE, page))


def in_use() -> None:
    """The digits and the weights."""
    with problems.as_sentences():
        found: Inventory = ground.inventory()
        st.markdown(
            f"**Digits.** MNIST. {found.embedded:,} come with this copy and were held out; the shipped weights have learned from "
            f"{found.trained_on:,} others and are measured on the 10,000 of the test set. **Weights.** {len(found.shipped)} networks "
            f"and a judge, {found.megabytes:.1f} MB, every file checked against its checksum before use; all trained on one thread of "
            f"a processor, {found.minutes:.0f} minutes together. Pages marked Train make new ones."
        )
        with st.expander("All shipped networks"):
            st.dataframe([asdict(model) for model in found.shipped], hide_index=True, column_config=diagrams.COLUMNS)


st.title("Latent Lab")
st.markdown(lessons.section(PAGE, "subtitle"))
carried_gaussian()
st.markdown(lessons.section(PAGE, "see"))
