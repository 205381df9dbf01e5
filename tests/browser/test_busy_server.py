"""A visitor who does not wait for a server that has much to do."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.serving import UNPREPARED, Server


@pytest.fixture(scope="module")
def server(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("hesitant")
    with Server(folder / "log.txt", folder, UNPREPARED | {"PYTHONPATH": str(Path(__file__).parent / "hesitant")}) as running:
        yield running


@pytest.mark.parametrize(
    ("path", "tab", "seen"),
    [
        ("/kl_beta?kl-beta=30", "KL playground", ".slot.p"),
        ("/kl_beta?kl-tab=KL+playground", "β", ".beta .numbers"),
        ("/compare", "Maps", ".latent-planes .panel.ready"),
    ],
)
def test_a_tab_that_is_opened_before_the_first_one_is_complete(open_page, path, tab, seen):
    page = open_page(path)
    page.get_by_role("tab", name=tab, exact=True).click()
    expect(page.locator(seen).first).to_be_visible()


def test_a_picker_that_is_moved_before_the_page_is_complete(open_page):
    page = open_page("/kl_beta")
    page.get_by_role("slider", name="β, the price").press("ArrowRight")
    page.wait_for_function("location.search.includes('kl-beta=')")
    expect(page.get_by_text("The notebook's β and its translations")).to_be_visible()
