"""A short training run in a browser: watched, held, ended; its model is on another page, can be kept, and comes back."""

import csv
from io import StringIO
from pathlib import Path
from urllib.parse import parse_qs, urlparse

from playwright.sync_api import Page, expect

from core import model_file
from tests.browser.waiting import at_rest

LONG = 300_000  # milliseconds: the worker imports torch first, and the machine may be busy
SOURCES = "all => all.map(image => image.src)"


def downloaded(page: Page, name: str) -> Path:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=name).click()
    return Path(waiting.value.path())


def test_a_short_run_ends_and_its_model_is_on_other_pages_and_can_be_kept(open_page, tmp_path):
    page = open_page("/train?train-seconds=12&train-model=Dense+AE")
    pictures = page.locator(".st-key-train-gallery .row:nth-child(2) img")
    expect(pictures).to_have_count(10)
    untrained = pictures.evaluate_all(SOURCES)
    page.get_by_role("textbox", name="Name of the model").fill("Anna's")
    page.get_by_role("textbox", name="Name of the model").press("Enter")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("s left")).to_be_visible(timeout=LONG)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused:")).to_be_visible()
    expect(page.get_by_role("combobox", name="Architecture")).to_be_disabled()
    page.get_by_role("button", name="Resume").click()
    page.get_by_role("link", name="Compare").first.click()
    news = page.get_by_text("Training has ended: Anna's is now in every page's list of models.")
    expect(news).to_be_visible(timeout=LONG)
    page.get_by_role("combobox", name="Models").press("ArrowDown")
    expect(page.get_by_role("option", name="Anna's")).to_have_count(1)
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Train").first.click()
    expect(page.get_by_text("is now in every page").first).to_be_visible(timeout=LONG)
    expect(pictures).to_have_count(10)
    assert pictures.evaluate_all(SOURCES) != untrained

    history = list(csv.DictReader(StringIO(downloaded(page, "Loss terms (CSV)").read_text())))
    assert float(history[-1]["reconstruction"]) < float(history[0]["reconstruction"])
    file = tmp_path / "anna.safetensors"
    file.write_bytes(downloaded(page, "Download Anna's").read_bytes())
    assert model_file.read(file.read_bytes()).facts.title == "Anna's"

    page.get_by_test_id("stTopNavLink").filter(has_text="Transitions").or_(
        page.get_by_role("link", name="Transitions")
    ).first.click()
    expect(page.locator(".reel").first).to_be_visible()
    option = page.get_by_role("option", name="Anna's")
    for _ in range(20):  # what is drawn anew under the click closes the list again
        page.get_by_role("combobox", name="Models").click()
        at_rest(page)
        if option.is_visible():
            break
    option.click()
    expect(page.locator(".reel .notes b").filter(has_text="Anna's")).to_be_visible()

    other = open_page("/train")
    other.locator("input[type=file]").set_input_files(file)
    expect(other.get_by_role("button", name="Download Anna's")).to_be_visible()


def test_a_copied_address_restores_what_was_chosen(open_page):
    page = open_page("/train?train-seconds=7&train-model=Convolutional+VAE&train-code=16&train-beta=4")
    expect(page.get_by_role("spinbutton", name="Time")).to_have_value("7")
    expect(page.get_by_role("spinbutton", name="β")).to_have_value("4.00")
    expect(page.get_by_text("16 numbers")).to_be_visible()
    page.get_by_role("spinbutton", name="β").fill("2")
    page.keyboard.press("Enter")
    page.wait_for_function("location.search.includes('train-beta=2')")
    assert parse_qs(urlparse(page.evaluate("location.href")).query)["train-code"] == ["16"]


def test_a_file_that_is_no_model_is_a_sentence(open_page, tmp_path):
    page = open_page("/train")
    file = tmp_path / "not-a-model.safetensors"
    file.write_bytes(b"no weights here")
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_test_id("stAlert")).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
