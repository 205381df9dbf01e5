"""What a generative model is, what this dashboard shows, and what it works with."""

from functools import partial
from pathlib import Path

import streamlit as st

from core.introduction import files, leaving
from pages.common import gallery, lessons, loaders, problems, prose
from pages.common.gallery import Row
from pages.parts.start import charts, in_use
from pages.parts.start import loaders as ground
from pages.parts.start.pickers import StartPickers

PAGE, PREFIX, CHART = "start", "start", "start-plane"
HERE = Path(__file__).parent
FIRST_STEPS = (
    ("reconstruction", "Draw a digit", "draw"),
    ("latent_map", "Wander through latent space", "explore"),
    ("kl_beta", "Turn β", "tune"),
    ("transitions", "Walk from 0 to 1", "animation"),
)
PAGES = ("reconstruction", "anatomy", "latent_map", "kl_beta", "transitions", "compare", "train")


@st.fragment
def carried_gaussian() -> None:
    """The plane of codes, what the decoder makes of one of them, and the map of digit space."""
    with problems.as_sentences():
        name = ground.decoder()
        if name is None:
            st.info("No model with a code of two numbers is shipped with this copy. Run `python -m core.pretrain dense-vae-2`.")
            return
        pick, (plane, space) = StartPickers(PREFIX), ground.carried(name)
        left, middle, right = st.columns([38, 20, 42], gap="medium")
        with middle:
            digits = st.container()
            z = pick.code()
            found = ground.found(name, *z)
            near = loaders.digits().subset(slice(found.nearest, found.nearest + 1))
            names = ["decoded, g(z)", f"most like it: a {int(near.labels)}"]
            pictures = [*gallery.pngs(found.image), *gallery.pngs(near.images)]
            with digits:
                notes = [f"MSE between the two {found.mse:.4f}"]
                gallery.show([Row("Drawn from z, and real", notes, pictures, names, names)], key="start-digits")
            gallery.enlarge("start-digits")
        with left:
            st.markdown("**A unit Gaussian**: draws of z. Click one.")
            st.vega_lite_chart(
                spec=charts.gaussian(plane, z),
                key=CHART,
                on_select=lambda: pick.take(CHART, ground.draw_at(name)),
                selection_mode=[charts.PICK],
                width="stretch",
            )
        with right:
            st.markdown("**Digit space**: the same draws where the decoder g puts them")
            spec = charts.digit_space(space, ground.space(), found.place.tolist())
            st.vega_lite_chart(spec=spec, width="stretch", key="start-space")


@st.fragment
def leaving_digit_space() -> None:
    """Pictures on their way out of digit space, each with its bound on log p(x)."""
    with problems.as_sentences():
        k, rows = StartPickers(PREFIX).digit(), []
        for walk in ground.walks(k):
            captions = [f"{bound:,.0f}".replace("-", "−") for bound in walk.bounds.tolist()]
            names = [f"{walk.name}, log p(x) at least {caption} nats" for caption in captions]
            notes = [f"loses {walk.lost:,.0f} nats on the way"]
            rows.append(Row(walk.name.capitalize(), notes, gallery.pngs(walk.images), names, captions))
        gallery.show(rows, key="start-leaving")
        with st.container(horizontal=True):
            gallery.download(rows, f"leaving-digit-space-{k}", "start-leaving-sheet")
            table = partial(files.bounds_csv, ground.walks(k))
            st.download_button("Bounds (CSV)", table, f"bounds-{k}.csv", "text/csv", **gallery.DOWNLOAD)


def first_steps() -> None:
    """Where to go for somebody who wants to touch something at once."""
    with st.container(horizontal=True, gap="medium"):
        for page, label, icon in FIRST_STEPS:
            st.page_link(HERE / f"{page}.py", label=label, icon=f":material/{icon}:", width="content")


def contents() -> None:
    """A line on each page there is, with a link to it."""
    there = [page for page in PAGES if (HERE / f"{page}.py").exists()]
    columns = st.columns(3)
    for i, page in enumerate(there):
        with columns[i % 3], st.container(border=True):
            st.page_link(HERE / f"{page}.py", icon=":material/arrow_forward:")
            st.markdown(lessons.section(PAGE, page))


st.title("Latent Lab")
st.markdown(lessons.section(PAGE, "subtitle"))
first_steps()
carried_gaussian()
see, attempt = st.columns(2, gap="large")
see.markdown(lessons.section(PAGE, "see"))
attempt.markdown(lessons.section(PAGE, "try"))
st.subheader("How likely is a picture?")
st.markdown(lessons.section(PAGE, "likelihood"))
leaving_digit_space()
st.subheader("What each page shows")
contents()
st.subheader("The architectures")
st.markdown(lessons.section(PAGE, "architectures"))
in_use.architectures()
st.subheader("Data and weights in use")
in_use.digits_and_weights()
prose.understand(PAGE, "p(x), g and the bound", leaving.log_likelihood_bound)
