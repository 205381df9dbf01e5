"""Every cached loader: what its key holds, and that two models in one process never see each other's results."""

import ast
from pathlib import Path

import pytest
import torch
from streamlit.testing.v1 import AppTest

from core.maps.projection import How
from pages.common import charts_map, loaders_map
from pages.parts.latent_map import plane
from tests.pages import apps

ROOT = Path(__file__).parents[2]
# Arguments that are not in the key, as their names begin with "_", and the arguments that name them there.
NAMED_BY = {
    ("loaders_map.py", "_live_tsne"): {"_places": ("name", "how")},
    ("loaders_map.py", "tables"): {"_scene": ("key",)},
    ("loaders_map.py", "kept"): {"_scene": ("key",)},
    ("loaders_plane.py", "codes"): {"_scene": ("key",), "_cut": ("key",)},
}
PAIR = {2: ("VAE β=1, 2-d", "Dense VAE, 2-d"), 16: ("VAE β=1, 16-d", "Multi-stage VAE β=1, 16-d")}


def cached() -> list[tuple[Path, ast.FunctionDef]]:
    """Every function below pages/ that Streamlit keeps the results of."""
    return [
        (path, node)
        for path in sorted(ROOT.glob("pages/**/*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and any("st.cache_" in ast.unparse(each) for each in node.decorator_list)
    ]


def test_what_is_not_in_a_key_is_named_by_what_is():
    assert len(cached()) > 50
    left_out = {}
    for path, function in cached():
        arguments = [argument.arg for argument in function.args.args + function.args.kwonlyargs]
        unnamed = [argument for argument in arguments if argument.startswith("_")]
        if unnamed:
            left_out[path.name, function.name] = unnamed
            for argument in unnamed:
                assert set(NAMED_BY[path.name, function.name][argument]) <= set(arguments)
    assert left_out == {place: list(named) for place, named in NAMED_BY.items()}


def open_latent_map(**address: str) -> AppTest:
    return apps.opened("latent_map.py", "map", **address)


@pytest.mark.parametrize("size", PAIR)
def test_two_models_in_one_process_show_each_its_own_plane(size, monkeypatch):
    shown = []
    monkeypatch.setattr(plane, "planes", lambda _, found, *rest: shown.extend(found))
    for title in PAIR[size] * 2:
        open_latent_map(model=title)
    first, second, *again = shown
    assert first.codes.name != second.codes.name
    assert first.decoder.name != second.decoder.name
    assert not torch.equal(first.cut.points, second.cut.points)
    assert [each.codes.name for each in again] == [first.codes.name, second.codes.name]


def test_two_models_in_one_process_show_each_its_own_table(monkeypatch):
    shown, theirs = [], charts_map.latent_map

    def noted(scene, tables, *rest, **more):
        if "height" not in more:  # the map of the page, not the one of a PCA beside it
            shown.append((scene, tables))
        return theirs(scene, tables, *rest, **more)

    monkeypatch.setattr(charts_map, "latent_map", noted)
    for title in PAIR[16]:
        open_latent_map(model=title, by="t-SNE")
    (first, its), (second, others) = shown
    assert not torch.equal(first.places, second.places)
    assert its is not others


def test_the_keys_of_maps_tell_models_methods_and_planes_apart():
    hows = [How("PCA"), How("t-SNE"), How("t-SNE", 5), How("t-SNE", seed=3)]
    keys = {loaders_map.key_of(name, how) for name in ("a", "b") for how in hows}
    assert len(keys) == 2 * len(hows)
