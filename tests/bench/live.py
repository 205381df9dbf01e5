"""What a hand feels, in a real browser: from pen-up to the new picture, from the pointer on a latent map to the decoded digit.

For each map: milliseconds from the pointer's event to the picture and how many of them were work, pictures per second while
the pointer moves, what a first visit fetches, and the messages between browser and server meanwhile (there must be none).
The browser paints without a graphics card here, so a laptop is faster; --throttle slows its processor as a phone's.
"""

import argparse
import asyncio
import json
import math
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Page, sync_playwright

from tests.bench.footprint import Watch
from tests.bench.harness import Machine, describe
from tests.serving import Server

TWO = {"tra-off": "true", "tra-models": ["VAE β=1, 2-d", "Multi-stage VAE β=1, 2-d"]}
MAPS = {
    "Latent map, dense": "/latent_map",
    "Latent map, convolutional": "/latent_map?" + urlencode({"map-model": "Convolutional AE, 2-d"}),
    "Latent map, 16 numbers": "/latent_map?" + urlencode({"map-model": "Multi-stage VAE β=1, 16-d", "map-by": "PCA"}),
    "KL and β": "/kl_beta",
    "Transitions, two models": "/transitions?" + urlencode(TWO, doseq=True),
    "Compare, two models": "/compare?" + urlencode({"cmp-tab": "Maps"}),
}
DRAWING = {  # where a digit is drawn; on all but the first behind a button
    "Reconstruction, all chosen models": "/reconstruction",
    "Anatomy": "/anatomy",
    "Latent map": "/latent_map",
    "KL and β": "/kl_beta",
    "Transitions": "/transitions?" + urlencode({"tra-walk": "Two digits"}),
    "Compare, two models": "/compare",
}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SCREEN = {"width": 1440, "height": 900}
BETWEEN = 700  # milliseconds between two strokes: what the last one changed further down has come by then
SETTLED = 2500  # milliseconds after a page has come, so that nothing of its coming is counted
AWAY = (("x", "width", 0.05), ("y", "height", 0.083))  # no stroke lies on an earlier one: that would change no picture
WAIT_FOR_PICTURE = """() => new Promise((done) => {
  const sources = () => [...document.querySelectorAll("img")]
    .filter((image) => !image.closest(".drawing"))
    .map((image) => image.src)
    .join();
  const before = sources();
  addEventListener("pointerup", (event) => {
    const look = () => (sources() === before ? requestAnimationFrame(look) : done(performance.now() - event.timeStamp));
    look();
  }, { capture: true, once: true });
  globalThis.benchReady = true;
})"""


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns 1 if moving sent the server a message, else 0."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench live", description=__doc__.split("\n\n")[0])
    parser.add_argument("--moves", type=int, default=300, help="moves of the pointer on each page (%(default)s)")
    parser.add_argument("--strokes", type=int, default=10, help="strokes on the canvas (%(default)s)")
    parser.add_argument("--throttle", type=float, default=1.0, help="how many times slower the browser's processor is to be")
    parser.add_argument("--only", help="pages whose name has this in it")
    parser.add_argument("--json", type=Path, help="write the numbers to this file too")
    options = parser.parse_args(arguments)
    chromium = shutil.which("chromium")
    if chromium is None:
        print("There is no chromium on the PATH; on Debian `apt-get install chromium` brings one.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder, Server(Path(folder) / "log.txt", Path(folder)) as server:
        asyncio.run(Watch(server.process.pid).until_idle())  # it has prepared what it prepares
        report = measure(server.url, chromium, options)
    print(table(report))
    if options.json:
        options.json.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    return 1 if any(row["messages"] for row in report["maps"].values()) else 0


def measure(url: str, chromium: str, options: argparse.Namespace) -> dict[str, Any]:
    """Every page in turn, in one browser."""
    machine = Machine()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        found = {
            name: hover(browser.new_page(viewport=SCREEN), url + path, options)
            for name, path in MAPS.items()
            if not options.only or options.only in name
        }
        strokes = {
            name: stroke(browser.new_page(viewport=SCREEN), url + path, options.strokes)
            for name, path in DRAWING.items()
            if options.strokes and (not options.only or options.only in name)
        }
        browser.close()
    return {"throttle": options.throttle, "maps": found, "stroke_ms": strokes, "machine": machine.json()}


def hover(page: Page, url: str, options: argparse.Namespace) -> dict[str, Any]:
    """Move the pointer over the first map of a page."""
    messages, fetched = [], []
    page.on("websocket", lambda socket: _listen(socket, messages))
    page.on("requestfinished", lambda request: fetched.append(request) if "/lab/" in request.url else None)
    page.goto(url)
    page.locator(".latent-planes .panel.ready").first.wait_for(timeout=120_000)
    page.locator(".latent-planes .map").first.scroll_into_view_if_needed()
    page.wait_for_timeout(SETTLED)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": options.throttle})
    received = sum(messages) + sum(request.sizes()["responseBodySize"] for request in fetched)
    messages.clear()
    box = page.locator(".latent-planes .map").first.bounding_box()
    begun = time.perf_counter()
    for k in range(options.moves):
        across, down = 0.5 + 0.35 * math.cos(k / 20), 0.5 + 0.35 * math.sin(k / 15)
        page.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"])
    spent = time.perf_counter() - begun
    page.wait_for_timeout(300)
    times = page.locator(".latent-planes").evaluate("root => root.planes.spent")
    count = page.locator(".latent-planes").evaluate("root => root.planes.panels.length")
    page.close()
    return {
        "models": count,
        "pictures_per_second": len(times) / spent,
        "to_picture_ms": _spread([whole for whole, _ in times]),
        "work_ms": _spread([work for _, work in times]),
        "messages": len(messages),
        "first_visit_kb": received / 1000,
    }


def stroke(page: Page, url: str, count: int) -> dict[str, float]:
    """From pen-up to the first new picture outside the drawing area."""
    page.goto(url)
    area, button = page.locator(".drawing canvas").first, page.get_by_role("button", name="Your own digit").first
    area.or_(button).first.wait_for(timeout=120_000)
    page.wait_for_timeout(SETTLED)
    if not area.is_visible():
        button.click()
        area.wait_for()
        page.wait_for_timeout(SETTLED)
    box, times = area.bounding_box(), []
    for k in range(count + 1):
        page.wait_for_timeout(BETWEEN)
        measured = page.evaluate_handle(f"() => ({{ spent: ({WAIT_FOR_PICTURE})() }})")
        x, y = (box[side] + box[length] * (0.2 + step * k % 0.6) for side, length, step in AWAY)
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 0.2 * box["width"], y + 0.1 * box["height"], steps=4)
        page.mouse.up()
        times.append(measured.evaluate("found => found.spent"))
    page.close()
    return _spread(times[1:])  # the first stroke warms up


def table(report: dict[str, Any]) -> str:
    """The numbers as a Markdown table over the machine's state."""
    lines = [
        "| page | models | pointer to picture, ms | of it work, ms | pictures/s | first visit, kB | messages while moving |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, row in report["maps"].items():
        lines.append(
            f"| {name} | {row['models']} | {_pair(row['to_picture_ms'])} | {_pair(row['work_ms'])} | "
            f"{row['pictures_per_second']:.0f} | {row['first_visit_kb']:.0f} | {row['messages']} |"
        )
    if report["stroke_ms"]:
        lines += ["", "| page | pen-up to new picture, ms |", "|---|---|"]
        lines += [f"| {name} | {_pair(spread)} |" for name, spread in report["stroke_ms"].items()]
    return "\n".join([*lines, "", "Median / 95th percentile.", describe(report["machine"])])


def _listen(socket: Any, messages: list[int]) -> None:
    for event in ("framesent", "framereceived"):
        socket.on(event, lambda data: messages.append(len(data)))


def _spread(values: Sequence[float]) -> dict[str, float]:
    return {"p50": median(values), "p95": quantiles(values, n=20)[-1] if len(values) > 1 else values[0]}


def _pair(spread: dict[str, float]) -> str:
    return f"{spread['p50']:.1f} / {spread['p95']:.1f}"
