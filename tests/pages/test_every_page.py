"""Every page of the navigation, run without a browser: its default view, and every shipped model that it offers."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import altair as alt
import pytest
import torch
from streamlit.testing.v1 import AppTest

from core import weights
from pages.common import loaders

PAGES = Path(__file__).parents[2] / "pages"
NAVIGATION = PAGES / "navigation.py"
TITLES = {weights.entry(name)["title"] for name in weights.names()}


def listed() -> dict[str, Path]:
    """By address, in its order, the pages of pages/navigation.py; that file itself stands for the one that it opens with."""
    found = {}
    for node in ast.walk(ast.parse(NAVIGATION.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "Page":
            said = {keyword.arg: keyword.value.value for keyword in node.keywords}
            found[said["url_path"]] = NAVIGATION if said.get("default") else PAGES / node.args[0].right.value
    return found


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def opened(page: Path) -> AppTest:
    return healthy(AppTest.from_file(page, default_timeout=300).run())


def healthy(page: AppTest) -> AppTest:
    assert not page.exception
    assert not page.error
    for chart in page.get("vega_lite_chart"):
        compiled(chart.proto)
    return page


def compiled(chart) -> None:
    """The chart is a valid Vega-Lite specification, and every table that it names is there."""
    spec = json.loads(chart.spec)
    here = {dataset.name for dataset in chart.datasets} | set(spec.get("datasets", {}))
    assert named(spec) <= here
    alone = {name: value for name, value in spec.items() if name not in ("padding", "autosize")}
    alt.Chart.from_dict(alone).to_dict()


def named(spec: object) -> set[str]:
    """The names under which a specification asks for tables."""
    if isinstance(spec, list):
        return set().union(*map(named, spec))
    if not isinstance(spec, dict):
        return set()
    data = spec.get("data")
    own = {data["name"]} if isinstance(data, dict) and "name" in data and "values" not in data else set()
    return own.union(*(named(value) for key, value in spec.items() if key not in ("data", "datasets")))


def model_pickers(page: AppTest) -> list[tuple[str, str, list[str]]]:
    """The kind and the key of each widget that offers shipped models, and their titles."""
    found = [("selectbox", box) for box in page.selectbox] + [("multiselect", box) for box in page.multiselect]
    offered = [(kind, box.key, [title for title in box.options if title in TITLES]) for kind, box in found]
    return [(kind, key, titles) for kind, key, titles in offered if titles]


def test_the_navigation_lists_pages():
    pages = listed()
    assert pages["start"] == NAVIGATION
    assert len(pages) == len([file for file in PAGES.glob("*.py") if file != NAVIGATION])
    assert all(file.exists() for file in pages.values())


@pytest.mark.parametrize("page", list(listed()))
def test_it_opens_with_a_title_a_picture_and_no_complaint(page):
    shown = opened(listed()[page])
    assert len(shown.title) == 1
    assert not shown.warning
    drawn = [html for html in shown.get("html") if "<img" in html.proto.body]
    assert shown.get("vega_lite_chart") or shown.get("bidi_component") or drawn


@pytest.mark.parametrize("page", list(listed()))
def test_it_shows_every_shipped_model_that_it_offers(page):
    shown = opened(listed()[page])
    for kind, key, titles in model_pickers(shown):
        for title in titles:
            box = getattr(shown, kind)(key=key)
            box.set_value([title] if kind == "multiselect" else title)
            assert healthy(shown.run()), title
            assert title in (getattr(shown, kind)(key=key).value)


def test_the_pages_offer_every_shipped_model_between_them():
    """An every-beta network, too, has a page where it can be chosen."""
    offered = {title for page in listed().values() for _, _, titles in model_pickers(opened(page)) for title in titles}
    assert offered == {card.title for card in loaders.cards()}


def test_a_chart_that_names_a_table_that_is_not_there_is_noticed():
    assert named({"layer": [{"data": {"name": "here"}, "mark": "bar"}, {"data": {"values": []}}]}) == {"here"}
