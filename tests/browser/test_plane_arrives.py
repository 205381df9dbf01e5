"""How the maps and their files come to the browser: nothing on the page moves meanwhile, and no route of its own is needed."""

import re
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from core import weights
from pages.common import shelf
from tests.browser.conftest import WAIT
from tests.browser.maps import PLANES, corner, decoded_by, off_by, ready, seen
from tests.serving import ROOT, UNPREPARED, Server


def height(page: Page) -> float:
    return page.locator(PLANES).bounding_box()["height"]


@pytest.mark.parametrize(("width", "high", "near"), [(1440, 900, 40), (390, 844, 70)])
@pytest.mark.parametrize("path", ["/latent_map", "/compare?cmp-tab=Maps"])
def test_maps_have_their_place_before_they_come(browser: Browser, server, path, width, high, near):
    expect.set_options(timeout=WAIT)
    with browser.new_context(viewport={"width": width, "height": high}) as context:
        page = context.new_page()
        page.set_default_timeout(WAIT)
        code, files = [], []
        page.route(f"**/{shelf.ROUTE}/*.js", lambda route: code.append(route))
        page.route(f"**/{shelf.ROUTE}/*.bin", lambda route: files.append(route))
        with page.expect_request(f"**/{shelf.ROUTE}/*.js"):
            page.goto(server.url + path)
        expect(page.locator(PLANES)).to_have_css("min-height", re.compile(r"[1-9]"))
        while not code:
            page.wait_for_timeout(20)  # the request is known, and comes to its route a moment later
        before = height(page)
        code[0].continue_()
        expect(page.locator(f"{PLANES} .map").first).to_be_visible()
        without = height(page)
        page.unroute(f"**/{shelf.ROUTE}/*.bin")
        for route in files:
            route.continue_()
        ready(page)
        expect(page.locator(f"{PLANES} .panel:not(.ready)")).to_have_count(0)
        assert height(page) == pytest.approx(without, abs=1)
        assert before == pytest.approx(without, abs=near)


def test_where_the_app_is_run_as_a_plain_script_files_come_through_the_page(browser: Browser, tmp_path):
    expect.set_options(timeout=WAIT)
    script = tmp_path / "plain.py"
    script.write_text(f"import runpy\n\nrunpy.run_path({str(ROOT / 'app.py')!r}, run_name='__main__')\n")
    with Server(tmp_path / "log.txt", tmp_path, UNPREPARED, script=str(script)) as server, browser.new_context() as context:
        page = context.new_page()
        page.set_default_timeout(WAIT)
        fetched = []
        page.on("request", lambda request: fetched.append(request.url))
        page.goto(f"{server.url}/latent_map")
        place = corner(ready(page))
        assert seen(page)[0]["spec"]["decoder"].startswith("depot:")
        page.mouse.move(*place(0.4, 0.6))
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert off_by(page, weights.load("dense-vae-2")) <= 1
        page.get_by_role("link", name="KL and β").click()
        expect(page.get_by_role("heading", name="KL and β", level=1)).to_be_visible()
        decoded_by(page, lambda decoder: decoder.startswith("depot:every-beta-vae-2"))
        assert off_by(page, weights.load("every-beta-vae-2").at(1.0)) <= 1
        assert not [address for address in fetched if f"/{shelf.ROUTE}/" in address]
        assert server.complaints() == []
        if sys.platform == "linux":
            assert "pandas" not in Path(f"/proc/{server.process.pid}/maps").read_text()
