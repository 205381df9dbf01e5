"""The server goes away under an open page and comes back: the page reconnects by itself, keeps its view, obeys its controls."""

from playwright.sync_api import Browser, expect

from tests.browser.conftest import WAIT
from tests.serving import Server

# What the page says of itself, from now on: whether it is connected, whether its script runs.
WATCH = """() => {
  const app = document.querySelector("[data-testid=stApp]");
  const note = () => globalThis.seen.push(`${app.dataset.testConnectionState} ${app.dataset.testScriptState}`);
  globalThis.seen = [];
  new MutationObserver(note).observe(app, { attributes: true });
}"""
CAME_BACK = "globalThis.seen.includes('CONNECTED running') && globalThis.seen.at(-1) === 'CONNECTED notRunning'"


def test_an_open_page_outlives_its_server(browser: Browser, tmp_path):
    expect.set_options(timeout=WAIT)
    with Server(tmp_path / "log.txt", tmp_path) as server, browser.new_context() as context:
        page = context.new_page()
        page.set_default_timeout(WAIT)
        page.goto(f"{server.url}/reconstruction?rec-draw=7")
        draw = page.get_by_label("Draw", exact=True)
        expect(draw).to_have_value("7")
        server.kill()
        page.wait_for_selector("[data-testid=stApp]:not([data-test-connection-state=CONNECTED])")
        page.evaluate(WATCH)
        server.start()
        page.wait_for_function(CAME_BACK)
        page.get_by_role("button", name="Another draw").click()
        expect(draw).to_have_value("8")
        page.wait_for_function("location.search.includes('rec-draw=8')")
        expect(page.get_by_test_id("stException")).to_have_count(0)
        expect(page.get_by_role("dialog")).to_have_count(0)
        assert server.complaints() == []
