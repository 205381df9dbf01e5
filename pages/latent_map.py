"""Every digit at the place of its code."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.maps import manifold, nearest_class, thumbnails, tsne
from core.maps.projection import How
from core.maps.scene import Scene
from pages.common import charts_map, lessons, loaders, prose
from pages.common import loaders_map as ground
from pages.common.loaders import Card
from pages.common.problems import as_sentences
from pages.common.projecting import ProjectionError
from pages.parts.latent_map import digit_panel, plane, sections
from pages.parts.latent_map.map_digit import pick_digit
from pages.parts.latent_map.pickers import MapPickers
from pages.parts.latent_map.plane import Directions

PAGE, PREFIX, CHART = "latent_map", "map", "map-chart"


@st.fragment
def view() -> None:
    """The model, its map and what lies below; moving a control redraws only this."""
    with as_sentences():
        pick = MapPickers(PREFIX)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            card = pick.model(loaders.cards(), ground.DEFAULT)
            how = pick.how(card)
            cut = Directions(*pick.directions(card.latent_dim)) if is_plane(card, how) else None
            with st.popover("More", icon=":material/tune:"):
                bare = pick.switch("points", "Points only", "Leaves the thumbnails out.")
                zoom = pick.switch("zoom", "Zoom", "The wheel zooms, dragging moves the map, a double click shows all of it.")
        top, rest = st.container(), st.container()
        scene = ground.ready(card.name, how)
        if scene is not None:
            draw_map(top, card, how, scene, cut, not bare, zoom)
        with rest:
            prose.see_and_try(PAGE)
            sections.distances(pick, card)
            sections.decoded(pick, card)
            sections.beside_pca(card, how)
        if scene is None:  # with the rest of the page there to read, t-SNE may take its time
            scene = awaited(top, card, how)
            if scene is not None:
                draw_map(top, card, how, scene, None, not bare, zoom)


def awaited(top: DeltaGenerator, card: Card, how: How) -> Scene | None:
    """A t-SNE map that nobody has asked for yet, after a wait; None if there is none, which is then said."""
    waiting = top.empty()
    try:
        return ground.awaited(card.name, how, lambda share, text: waiting.progress(share, text))
    except ProjectionError as error:
        top.warning(str(error))
        return None
    finally:
        waiting.empty()


def is_plane(card: Card, how: How) -> bool:
    """Whether a place on the map is a code, so that it can be decoded: t-SNE has no way back, and one number is a line."""
    return card.latent_dim >= 2 and how.method != "t-SNE"


def draw_map(
    top: DeltaGenerator, card: Card, how: How, scene: Scene, cut: Directions | None, thumbnails: bool, zoom: bool
) -> None:
    """The map with its digit, and what kind of a map it is."""
    with top:
        if cut is None:
            key = ground.key_of(card.name, how)
            map_and_digit(card, scene, key, thumbnails, zoom)
        else:
            plane.with_digit(PREFIX, card, cut, thumbnails, zoom)
            scene, key = plane.cut_and_scene(card, cut)[1], plane.key_of(card, how, cut)
        sections.below_map(card, scene, key)


@st.fragment
def map_and_digit(card: Card, scene: Scene, key: str, thumbnails: bool, zoom: bool) -> None:
    """A map that is no plane beside the picked digit; a pick redraws only these two."""
    with as_sentences():
        codes = ground.codes(card.name)
        pick = MapPickers(PREFIX)
        chart, panel = st.columns([5, 3], gap="medium")
        with panel:
            digit = pick_digit(PREFIX, pick, card.name, codes)
            digit_panel.show(card.name, codes, scene, digit, marked=digit.row is not None)
        rings = digit.near.positions.tolist()
        spec = charts_map.latent_map(scene, ground.tables(scene, key), digit.row, rings, thumbnails=thumbnails, zoom=zoom)
        picked = [charts_map.PICK]
        chart.vega_lite_chart(spec, key=CHART, on_select=lambda: pick.picked(CHART), selection_mode=picked, width="stretch")


st.title("Latent map")
st.markdown(lessons.section(PAGE, "subtitle"))
view()
prose.understand(
    PAGE, "maps, distances and the decoded plane", nearest_class.is_nearest, manifold.prior_grid, tsne.tsne, thumbnails.spread
)
