"""Below the map: what it keeps, the distances between the classes, the decoded plane, and PCA of the same size."""

from html import escape
from pathlib import Path

import streamlit as st

from core.maps import files, manifold
from core.maps.nearest_class import Answer, is_nearest
from core.maps.projection import How
from core.maps.scene import Scene
from pages.common import arrow, charts_map, gallery, lessons, loaders
from pages.common import loaders_map as ground
from pages.common.data_url import data_url
from pages.common.loaders import Card
from pages.parts.latent_map.pickers import MapPickers

QUESTIONS = ((3, 8), (4, 9), (7, 9), (3, 5))
RANKS = ("", "nearest", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "last")
LARGEST_PCA = 30
_STYLE = (Path(__file__).parent / "plane.css").read_text(encoding="utf-8")


def below_map(card: Card, scene: Scene, key: str) -> None:
    """What kind of a map it is and how far it can be trusted."""
    said = [f"{len(scene.rows):,} digits that no shipped model was trained on, each at the μ of its code."]
    if card.conditional:
        said.append("This network serves every β; here β = 1.")
    if card.latent_dim > 2:
        share = ground.kept(scene, key, card.name)
        said.append(f"Of the 10 nearest codes of a digit, this map keeps {share:.0%} among the 10 nearest points.")
    if not scene.units:
        said.append(
            "**Distances in t-SNE mean little**: it keeps neighbours together, not gaps, sizes or order of the clusters."
        )
    if scene.beyond:
        said.append(f"A few stragglers, {scene.beyond} at most, lie beyond the edge.")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(" ".join(said))
        name = f"latent-map-{card.name}.csv"
        st.download_button("Map (CSV)", lambda: files.places_csv(scene), name, "text/csv", key="map-places", **gallery.DOWNLOAD)


def distances(pick: MapPickers, card: Card) -> None:
    """The matrix of distances between centroids, and what it answers."""
    st.subheader("How far apart are the classes?")
    report = ground.centroids(card.name)
    chart, text = st.columns([3, 2], gap="large")
    with chart:
        st.vega_lite_chart(ground.matrix(card.name), key="map-matrix", width="stretch")
    with text:
        numbers = "number" if card.latent_dim == 1 else f"{card.latent_dim} numbers"
        st.markdown(
            f"Distances between the **centroids**, the mean codes of the ten classes, in the code's own {numbers}, "
            "whatever the map above shows. Framed: the nearest class of each row."
        )
        st.markdown("\n".join(f"- {sentence(is_nearest(report.distances, *pair))}" for pair in QUESTIONS))
        name = f"centroid-distances-{card.name}.csv"
        st.download_button(
            "Distances (CSV)", lambda: files.matrix_csv(report.distances), name, "text/csv", key="map-dist", **gallery.DOWNLOAD
        )
    with st.expander(
        "The same questions to every model", icon=":material/table_rows:", on_change="rerun", **pick.opened("all")
    ) as every:
        if every.open:
            _every_model()


def sentence(answer: Answer) -> str:
    """A question and its answer."""
    question = f"Is {answer.of} nearest to {answer.other}?"
    if answer.yes:
        return f"{question} **Yes**, at {answer.distance:.2f}."
    nearest = f"{answer.nearest} is nearer, at {answer.nearest_distance:.2f}"
    return f"{question} **No**: {nearest}; {answer.other} comes {RANKS[answer.rank]}, at {answer.distance:.2f}."


def decoded(pick: MapPickers, card: Card) -> None:
    """The picture of the manifold."""
    st.subheader("The decoded plane")
    offered = manifold.spacings(card.latent_dim, loaders.model(card.name).variational)
    if not offered:
        st.info("A code of one number has no plane to decode; choose a model with two or more.")
        return
    picture, text = st.columns([3, 2], gap="large")
    with text:
        spacing = pick.spacing(offered)
    try:
        grid, png = ground.decoded(card.name, spacing)
    except ValueError as error:
        st.info(f"There is no grid to decode: {error}.")
        return
    with picture:
        st.html(_plane(png, grid, card))
    with text:
        st.markdown(_of_grid(card, spacing))
        name = f"decoded-plane-{card.name}.png"
        st.download_button("Picture (PNG)", png, name, "image/png", key="map-plane", **gallery.DOWNLOAD)


def beside_pca(card: Card, how: How) -> None:
    """Codes as dimensionality reduction: what PCA, the best linear code, makes of the same number of dimensions."""
    st.subheader("Beside PCA of the same size")
    if card.latent_dim > LARGEST_PCA:
        st.info(f"PCA is kept for codes of up to {LARGEST_PCA} numbers; this one has {card.latent_dim}.")
        return
    other = f"pca-{card.latent_dim}"
    how = How(how.method)  # t-SNE at its usual settings
    scene = ground.ready(other, how)
    if scene is None:
        how = How("PCA")
        scene = ground.ready(other, how)
    chart, text = st.columns([3, 2], gap="large")
    with chart:
        data = ground.tables(scene, ground.key_of(other, how))
        st.vega_lite_chart(
            charts_map.latent_map(scene, data, height=charts_map.BESIDE, thumbnails=False), key="map-pca", width="stretch"
        )
    with text:
        own, linear = ground.separation(card.name), ground.separation(other)
        error, least = card.mse, loaders.baselines().pca.get(card.latent_dim)
        st.markdown(
            f"| {_size(card)} | {escape(card.title)} | PCA |\n|---|---|---|\n"
            f"| class named right by the 10 nearest codes | **{own:.1%}** | {linear:.1%} |\n"
            f"| test MSE | {_four(error)} | {_four(least)} |"
        )
        st.markdown(lessons.section("latent_map", "pca"))


def _every_model() -> None:
    """The two questions of the page's title, asked of all models; their codes are made on the way."""
    cards = loaders.cards()
    waiting, rows = st.empty(), []
    for done, card in enumerate(cards):
        waiting.progress(done / len(cards), f"Encoding with {card.title} …")
        row = {"model": card.title, "numbers": card.latent_dim}
        for of, other in QUESTIONS[:2]:
            answer = is_nearest(ground.centroids(card.name).distances, of, other)
            row |= {f"nearest to {of}": answer.nearest, f"is it {other}?": "yes" if answer.yes else f"no, {RANKS[answer.rank]}"}
        rows.append(row)
    waiting.empty()
    for of, other in QUESTIONS[:2]:
        count = sum(row[f"nearest to {of}"] == other for row in rows)
        st.markdown(f"{other} is nearest to {of} in {count} of {len(rows)} models.")
    st.dataframe(arrow.rows(rows), hide_index=True, width="stretch", lazy=False)


def _plane(png: bytes, grid: manifold.CodeGrid, card: Card) -> str:
    """The picture with the codes at its edges."""
    first, second = ("z₁", "z₂") if card.latent_dim == 2 else ("component 1", "component 2")
    along = f"<span>{grid.across[0]:.2f}</span><span>{first} →</span><span>{grid.across[-1]:.2f}</span>"
    title = f"{card.title}: {len(grid.down)} by {len(grid.across)} codes, decoded"
    return (
        f"<div class='plane'><div class='frame'><div class='up'><span>{grid.down[0]:.2f}</span><span>↑<br>{second}</span>"
        f"<span>{grid.down[-1]:.2f}</span></div><img src='{data_url(png)}' alt='{escape(title)}' title='{escape(title)}'>"
        f"<div class='across'>{along}</div></div></div><style>{_STYLE}</style>"
    )


def _of_grid(card: Card, spacing: manifold.Spacing) -> str:
    """What the grid's codes are."""
    tail = manifold.TAILS[spacing]
    if card.latent_dim > 2:
        return (
            f"The plane through the mean code along the two directions in which the codes vary most, from the {tail:.0%} to "
            f"the {1 - tail:.0%} quantile of the codes; the other {card.latent_dim - 2} directions stay at their mean. It is "
            "the plane that PCA looks at. t-SNE has no way back: a place on its map is no code that could be decoded."
        )
    if spacing == "prior":
        return (
            f"Codes at evenly spaced **quantiles of N(0, 1)**, from {tail:.0%} to {1 - tail:.0%}, in both numbers: each "
            "picture stands for the same share of the prior, so this is what drawing from the prior would give."
        )
    return (
        f"Codes evenly spaced over **where the codes of the digits lie**, from the {tail:.0%} to the {1 - tail:.0%} quantile "
        "of each number."
    )


def _size(card: Card) -> str:
    return "code of 1 number" if card.latent_dim == 1 else f"code of {card.latent_dim} numbers"


def _four(value: float | None) -> str:
    return "not measured" if value is None else f"{value:.4f}"
