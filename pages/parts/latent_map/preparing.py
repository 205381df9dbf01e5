"""What a visitor of the latent map who chooses another model would wait for, made while a starting server is idle."""

from core.maps import manifold
from core.maps.projection import PCA_NAMES, How, pca_size
from core.maps.scene import Scene
from pages.common import charts_map, host, loaders, loaders_plane
from pages.common import loaders_map as ground
from pages.common.charts_map import Tables
from pages.common.loaders import Card
from pages.parts.latent_map import plane


def warm_up() -> None:
    """Every shipped model's maps, but for a very large code's. Raises DatasetError, WeightsError."""
    cards = loaders.cards()
    for size in sorted({card.latent_dim for card in cards} & {2, *map(pca_size, PCA_NAMES)}):
        name = f"pca-{size}"
        data = _mapped(name, size)
        linear = How("as it is" if size <= 2 else "PCA")
        ground.tables(ground.ready(name, linear), ground.key_of(name, linear))
        ground.separation(name)
        if data is not None:
            charts_map.latent_map(*data, height=charts_map.BESIDE, thumbnails=False)
    for card in cards:
        if card.latent_dim <= ground.LARGEST:
            prepare(card)
            if not host.pause():
                return


def prepare(card: Card) -> None:
    """What the first look at a shipped model needs, and at its other map. Raises DatasetError, WeightsError."""
    name = card.name
    ground.matrix(name), ground.separation(name), loaders_plane.not_decoded(name)
    if card.latent_dim > 2:
        how, first = How("PCA"), plane.Directions()
        ground.ready(name, how)
        ground.kept(plane.cut_and_scene(card, first)[1], plane.key_of(card, how, first), name)
    for spacing in manifold.spacings(card.latent_dim, loaders.model(name).variational)[:1]:
        ground.decoded(name, spacing)
    data = _mapped(name, card.latent_dim)
    if data is not None and card.latent_dim > 2:
        scene, tables = data
        ground.kept(scene, ground.key_of(name, How("t-SNE")), name)
        charts_map.latent_map(scene, tables)


def _mapped(name: str, latent_dim: int) -> tuple[Scene, Tables] | None:
    """The map as it is, or else by t-SNE, with the chart's data; None for a t-SNE that is not stored."""
    how = How("as it is" if latent_dim <= 2 else "t-SNE")
    scene = ground.ready(name, how)
    return None if scene is None else (scene, ground.tables(scene, ground.key_of(name, how)))
