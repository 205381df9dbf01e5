"""Every page of the navigation, run without a browser: its default view, and every shipped model that it offers."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core import weights
from pages.common import loaders
from tests.pages import apps

TITLES = {weights.entry(name)["title"] for name in weights.names()}
pytestmark = pytest.mark.usefixtures("one_thread")


def opened(page: Path) -> AppTest:
    return apps.healthy(AppTest.from_file(page, default_timeout=300).run())


def model_pickers(page: AppTest) -> list[tuple[str, str, list[str]]]:
    """The kind and the key of each widget that offers shipped models, and their titles."""
    found = [("selectbox", box) for box in page.selectbox] + [("multiselect", box) for box in page.multiselect]
    offered = [(kind, box.key, [title for title in box.options if title in TITLES]) for kind, box in found]
    return [(kind, key, titles) for kind, key, titles in offered if titles]


def test_the_navigation_lists_pages():
    pages = apps.listed()
    assert pages["start"] == apps.NAVIGATION
    assert len(pages) == len([file for file in apps.PAGES.glob("*.py") if file != apps.NAVIGATION])
    assert all(file.exists() for file in pages.values())


@pytest.mark.parametrize("page", list(apps.listed()))
def test_it_opens_with_a_title_a_picture_and_no_complaint(page):
    shown = opened(apps.listed()[page])
    assert len(shown.title) == 1
    assert not shown.warning
    drawn = [html for html in shown.get("html") if "<img" in html.proto.body]
    assert shown.get("vega_lite_chart") or shown.get("bidi_component") or drawn
    assert not shown.code  # a browser would fetch 1.5 MB to colour it


@pytest.mark.parametrize(
    ("page", "opener", "function"),
    [
        ("reconstruction", "reconstruction-understand", "def "),
        ("anatomy", "anatomy-understand", "def measure"),
    ],
)
def test_the_code_that_runs_is_shown_to_who_opens_it(page, opener, function):
    shown = opened(apps.listed()[page])
    shown.session_state[opener] = True
    assert function in apps.healthy(shown.run()).code[0].value


@pytest.mark.parametrize("page", list(apps.listed()))
def test_it_shows_every_shipped_model_that_it_offers(page):
    shown = opened(apps.listed()[page])
    for kind, key, titles in model_pickers(shown):
        for title in titles:
            box = getattr(shown, kind)(key=key)
            box.set_value([title] if kind == "multiselect" else title)
            assert apps.healthy(shown.run()), title
            assert title in (getattr(shown, kind)(key=key).value)


def test_the_pages_offer_every_shipped_model_between_them():
    """An every-beta network, too, has a page where it can be chosen."""
    offered = {title for page in apps.listed().values() for _, _, titles in model_pickers(opened(page)) for title in titles}
    assert offered == {card.title for card in loaders.cards()}


def test_a_chart_that_names_a_table_that_is_not_there_is_noticed():
    assert apps.named({"layer": [{"data": {"name": "here"}, "mark": "bar"}, {"data": {"values": []}}]}) == {"here"}
