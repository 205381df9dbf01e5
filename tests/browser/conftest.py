"""A server of its own and a real browser, for the tests of what only a browser can show."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
REQUIRED = "LATENT_LAB_REQUIRE_BROWSER"
WAIT = 120_000  # milliseconds: a busy machine is no failure
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

# Streamlit looks for its own files below the path of a deep link first, and finds them on the second try.
HARMLESS = ("/_stcore/health", "/_stcore/host-config")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium. Without one the tests are skipped, or fail where LATENT_LAB_REQUIRE_BROWSER says so."""
    executable = shutil.which("chromium")
    if executable is None:
        reason = "no chromium on the PATH; on Debian `apt-get install chromium` brings one"
        if os.environ.get(REQUIRED, "") not in ("", "0"):
            pytest.fail(f"{REQUIRED} is set but there is {reason}")
        pytest.skip(reason)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield found
        found.close()


class Server:
    """`streamlit run app.py` on a free port, as a teacher starts it."""

    def __init__(self, log: Path, home: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log
        self.environment = os.environ | {"HOME": str(home), "OMP_NUM_THREADS": "1"}  # an empty home: the first start ever
        self.start()

    def start(self) -> None:
        """Start and wait until it answers. Its standard input is closed: nothing may wait for an answer there."""
        command = [
            sys.executable,
            "-m",
            "streamlit",
            "run",
            "app.py",
            f"--server.port={self.port}",
            "--server.address=127.0.0.1",
        ]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + 240
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                pytest.fail(f"the server did not start:\n{self.log.read_text()}")
            time.sleep(0.2)

    def answers(self) -> bool:
        try:
            return urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5).status == 200
        except OSError:
            return False

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@pytest.fixture(scope="session")
def server(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests. It is asked for after the browser, so that a skip starts none."""
    folder = tmp_path_factory.mktemp("server")
    running = Server(folder / "log.txt", folder)
    yield running
    running.stop()


@pytest.fixture
def open_page(browser: Browser, server: Server) -> Iterator[Callable[..., Page]]:
    """Opens an address of the app in a fresh session; at the end no console may have complained and no page be broken."""
    pages, complaints = [], []

    def note(message: ConsoleMessage) -> None:
        lookup = "404" in message.text and message.location.get("url", "").endswith(HARMLESS)
        if message.type == "error" and not lookup:
            complaints.append(f"{message.text} ({message.location.get('url', '')})")

    def opened(path: str, width: int = 1440, height: int = 900, dark: bool = False) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", reduced_motion="reduce"
        )
        page = context.new_page()
        page.set_default_timeout(WAIT)
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(server.url + path)
        pages.append(page)
        return page

    expect.set_options(timeout=WAIT)
    yield opened
    broken = [page.url for page in pages if page.get_by_test_id("stException").count()]
    for page in pages:
        page.context.close()
    assert complaints == []
    assert broken == []
