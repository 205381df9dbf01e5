"""Every digit at the place of its code."""

import inspect

import streamlit as st

from core import manifold, nearest_class, thumbnails, tsne
from core.map_scene import Scene
from core.neighbours import nearest
from pages.common import charts_map, digit_panel, lessons, loaders, map_sections
from pages.common import loaders_map as ground
from pages.common.loaders import Card
from pages.common.pickers_map import MapPickers
from pages.common.projecting import ProjectionError
from pages.common.sentences import errors_as_sentences

PAGE, PREFIX, CHART = "latent_map", "map", "map-chart"


@st.fragment
def view() -> None:
    """The model and its map; moving a control redraws only this."""
    with errors_as_sentences():
        pick = MapPickers(PREFIX)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            card = pick.model(loaders.cards(), ground.DEFAULT)
            method, perplexity, seed = pick.method() if card.latent_dim > 2 else ("as it is", 0, 0)
            with st.popover("More", icon=":material/tune:"):
                bare = pick.switch("points", "Points only", "Leaves the thumbnails out.")
                zoom = pick.switch("zoom", "Zoom", "The wheel zooms, dragging moves the map, a double click shows all of it.")
        top, rest = st.container(), st.container()
        scene = instant(card, method, perplexity, seed)
        if scene is not None:
            draw(top, card, scene, f"{card.name} {method} {perplexity} {seed}", not bare, zoom)
        with rest:
            see, attempt = st.columns(2, gap="large")
            for column, name in ((see, "see"), (attempt, "try")):
                column.subheader(name.capitalize())
                column.markdown(lessons.section(PAGE, name))
            map_sections.distances(card)
            map_sections.decoded(pick, card)
            map_sections.beside_pca(card, method)
def scene_of(card: Card, method: str, perplexity: int, seed: int) -> Scene | None:
    """The map, after a wait if it is a t-SNE that nobody has asked for yet; None if there is none, which is then said."""
    if method == "as it is":
        return ground.flat(card.name)
    if method == "pca":
        return ground.by_pca(card.name)
    waiting = st.empty()
    try:
        return ground.by_tsne(card.name, perplexity, seed, lambda share, text: waiting.progress(share, text))
    except ProjectionError as error:
        st.warning(str(error))
        return None
    finally:
        waiting.empty()


@st.fragment
def map_and_digit(card: Card, scene: Scene, key: str, thumbnails: bool, zoom: bool) -> None:
    """The map beside the picked digit; a pick redraws only these two."""
    with errors_as_sentences():
        codes = ground.codes(card.name)
        pick = MapPickers(PREFIX)
        chart, panel = st.columns([5, 3], gap="medium")
        with panel:
            row = pick.digit(len(codes))
            near = nearest(codes.mu, row, digit_panel.NEIGHBOURS)
            digit_panel.show(card.name, codes, scene, row, near)
        rings = near.positions.tolist()
        spec = charts_map.latent_map(scene, ground.tables(scene, key), row, rings, thumbnails=thumbnails, zoom=zoom)
        picked = [charts_map.PICK]
        chart.vega_lite_chart(spec, key=CHART, on_select=lambda: pick.picked(CHART), selection_mode=picked, width="stretch")


st.title("Latent map")
st.markdown(lessons.section(PAGE, "subtitle"))
view()
with st.expander("Understand: maps, distances and the decoded plane"):
    st.markdown(lessons.section(PAGE, "understand"))
    for function in (nearest_class.is_nearest, manifold.prior_grid, tsne.tsne, thumbnails.spread):
        st.code(inspect.getsource(function), language="python")
