"""From one class to another through latent space, as different models do it."""

import streamlit as st

from core import interpolation
from core.comparison.differences import differences, verdict
from core.walks import files
from core.walks.support import support
from core.walks.transitions import ends_of
from pages.common import gallery, lessons, loaders, problems, prose, reels, walkers
from pages.common import loaders_transitions as ground
from pages.common.gallery import Row
from pages.common.pickers_transitions import WalkPickers
from pages.common.player import player
from pages.parts.transitions import pair_table, plane_walks

PAGE = "transitions"
PREFIX = "tra"


@st.fragment
@problems.as_sentences()
def view() -> None:
    """The controls, the animations and what else there is; moving a control redraws only this."""
    cards = [card for card in loaders.cards() if not card.conditional and card.latent_dim > 1]
    pick = WalkPickers(PREFIX)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        picked = pick.models(cards, ground.DEFAULT, most=3)
        walk, rate = pick.walk(loaders.digits(), with_own=True)
    chosen = problems.usable(picked)
    if not picked:
        st.info("Choose a model above to see how it goes from one class to another.")
    if walk is None or not chosen:
        return

    shown = walkers.walked(chosen, lambda card: ground.walked(card.name, walk))
    if shown:
        if walk.digits:
            ends = ends_of(walk, loaders.digits())
            own = [isinstance(digit, bytes) for digit in walk.digits]
            names = [f"yours, read as {k}" if mine else f"a {k}" for k, mine in zip(walk.stops, own, strict=True)]
            notes = ["your own digit" if all(own) else "yours and a real one" if any(own) else "real digits"]
            gallery.show([Row("From and to", notes, gallery.pngs(ends.images), names, names)], key="tra-ends")
        films = [reels.reel_of(c.title, found, ground.terrain(c.name), ground.backdrop(c.name)) for c, found in shown]
        player(PREFIX, films, reels.LEGEND, rate, walk.closed, st.warning)
        if len(shown) > 1:
            st.caption(verdict(differences([ground.configuration(card.name) for card, _ in shown]), len(shown)))
        walkers.downloads({card.title: found for card, found in shown}, files.file_name(walk), rate)
        with st.expander(
            "Off the path: decode any point of the maps", icon=":material/explore:", on_change="rerun", **pick.opened("off")
        ) as off:
            if off.open:
                plane_walks.show(PREFIX, shown)
    with st.expander("All 45 pairs of classes", icon=":material/grid_on:", on_change="rerun", **pick.opened("pairs")) as pairs:
        if pairs.open:
            pair_table.show(PREFIX, chosen, walk.method)


st.title("Transitions")
st.markdown(lessons.section(PAGE, "subtitle"))
view()
prose.see_and_try(PAGE)
prose.understand(
    PAGE,
    "paths, centroids, support and the judge",
    interpolation.centroids,
    interpolation.linear_path,
    interpolation.slerp_path,
    support,
)
