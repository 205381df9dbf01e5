"""python -m tests.pictures [NAME ...]: make the README's pictures anew, with the running app in a real browser and with core.

Screenshots need Chromium on the PATH. Everything lands in docs/; without names, all of it is made.
"""

import shutil
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from core import datasets, weights
from core.evaluation import encode_set
from core.interpolation import ORDER
from core.pictures import shorthand
from core.pictures.strokes import Stroke
from core.walks import files, transitions
from tests.serving import ROOT, Server

FOLDER = ROOT / "docs"
WIDE, NARROW = (1440, 900), (390, 844)
COLOURS = 128  # of a palette: a screenshot of digits and flat colours needs no more, and is a third as large
FIVE = (  # a 5 as somebody might draw it
    Stroke(24, ((96, 60), (90, 118))),
    Stroke(24, ((90, 118), (120, 104), (152, 112), (170, 142), (160, 178), (128, 198), (92, 192))),
    Stroke(24, ((96, 60), (166, 54))),
)
SCREENSHOTS = {  # name: (address, window, dark)
    "start": ("", WIDE, False),
    "reconstruction": (f"reconstruction?own={shorthand.of_strokes(FIVE)}", WIDE, False),
    "anatomy": ("anatomy", WIDE, False),
    "latent-map": ("latent_map", WIDE, True),
    "kl-and-beta": ("kl_beta", WIDE, False),
    "transitions": ("transitions?tra-from=4&tra-to=7", WIDE, True),
    "compare": ("compare", WIDE, False),
    "train": ("train?train-seconds=8", WIDE, False),
    "phone": ("latent_map", NARROW, False),
}
WALKERS = ("conv-vae-16", "multistage-vae-16")


def screenshot(browser: Browser, url: str, name: str) -> bytes:
    """One page as a visitor sees it first."""
    path, (width, height), dark = SCREENSHOTS[name]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(f"{url}/{path}")
    settled(page)
    if name == "train":
        page.get_by_role("button", name="Start").click()
        page.get_by_text("is now in every page's list of models").wait_for(timeout=120_000)
        settled(page)
    taken = page.screenshot()
    context.close()
    return taken


def settled(page: Page) -> None:
    """Wait until the page stands and the server has nothing more to say."""
    page.get_by_test_id("stHeading").first.wait_for()
    page.wait_for_function("document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'")
    page.wait_for_timeout(1500)  # charts and components draw after the last message


def with_palette(png: bytes) -> bytes:
    """The same picture in few colours."""
    file = BytesIO()
    Image.open(BytesIO(png)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()


def walk_gif() -> bytes:
    """The notebook's chain through all classes, by a VAE (left) and a multi-stage VAE (right)."""
    digits, judge = datasets.embedded(), weights.load_judge()
    walk, found = transitions.Walk(tuple(ORDER), frames=6), []
    for name in WALKERS:
        model = weights.load(name)
        terrain = transitions.survey(encode_set(model, digits))
        found.append(transitions.take(walk, model, terrain, judge, transitions.mean_sharpness(digits)))
    return files.animation_gif(found, frames_per_second=8, scale=5)


def main(names: list[str]) -> int:
    """Make the named pictures; returns the exit status."""
    known = [*SCREENSHOTS, "walk"]
    if unknown := [name for name in names if name not in known]:
        print(f"There is no picture {', '.join(unknown)}; there are {', '.join(known)}.", file=sys.stderr)
        return 2
    wanted = names or known
    FOLDER.mkdir(exist_ok=True)
    if "walk" in wanted:
        (FOLDER / "walk.gif").write_bytes(walk_gif())
    shots = [name for name in wanted if name in SCREENSHOTS]
    if not shots:
        return 0
    executable = shutil.which("chromium")
    if executable is None:
        print("Screenshots need chromium on the PATH; on Debian `apt-get install chromium` brings it.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as home, Server(Path(home) / "log.txt", Path(home)) as server, sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        for name in shots:
            (FOLDER / f"{name}.png").write_bytes(with_palette(screenshot(browser, server.url, name)))
            print(FOLDER / f"{name}.png")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
