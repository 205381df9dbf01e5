"""A digit of one's own without a browser: messages from the canvas, uploads, the address, and what every model makes of it."""

import json
import re
from base64 import b64decode
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image
from streamlit.testing.v1 import AppTest

from core import datasets, reading, weights
from core.pictures import shorthand
from core.pictures.images import to_uint8
from core.pictures.strokes import MAX_POINTS, MAX_STROKES, Stroke, StrokesError, simplified, to_frame
from pages.common import canvas as wrapper
from pages.common import loaders, messages, own_pictures
from pages.common.canvas import canvas, checked

PAGE = Path(__file__).parents[2] / "pages" / "reconstruction.py"
MANY = 60  # seconds; a busy machine is no failure
THREE = [(80, 70), (120, 45), (180, 60), (190, 100), (150, 130), (190, 160), (170, 215), (120, 225), (80, 205)]
DRAWN = (simplified(Stroke(24, tuple(THREE))),)
TITLES = [weights.entry(name)["title"] for name in ("dense-ae-30", "conv-ae-30", "multistage-vae-16")]


def opened(**address: str | list[str]) -> AppTest:
    page = AppTest.from_file(PAGE, default_timeout=MANY)
    for name, value in address.items():
        page.query_params[name.replace("_", "-")] = value
    return healthy(page.run())


def healthy(page: AppTest) -> AppTest:
    assert not page.exception, page.exception
    return page


def sections(page: AppTest) -> list[str]:
    [markup] = [found.proto.body for found in page.get("html") if "class='reading'" in found.proto.body]
    return re.findall(r"<section.*?</section>", markup)


def picture(section: str) -> np.ndarray:
    data = b64decode(re.search(r"base64,(.*?)'", section)[1])
    return np.asarray(Image.open(BytesIO(data)))


def frame() -> np.ndarray:
    return to_uint8(to_frame(DRAWN))


def sent(page: AppTest) -> dict:
    """What the canvas is told."""
    [found] = [one.proto for one in page.get("bidi_component") if "limits" in one.proto.json]
    return json.loads(found.json)[0]


def png(pixels: np.ndarray, **options) -> bytes:
    file = BytesIO()
    Image.fromarray(pixels).save(file, "PNG", **options)
    return file.getvalue()


def uploaded(data: bytes, name: str = "digit.png", mime: str = "image/png") -> AppTest:
    page = opened()
    return healthy(page.file_uploader(key="rec-upload").set_value((name, data, mime)).run())


# what comes from the browser


def test_a_drawing_is_taken_over():
    assert checked({"strokes": [[24, 1, 2, 3, 4], [14, 5, 6]]}) == (Stroke(24, ((1, 2), (3, 4))), Stroke(14, ((5, 6),)))
    assert checked({"strokes": []}) == ()


NAN, INFINITE = float("nan"), float("inf")


@pytest.mark.parametrize(
    "message",
    [
        None,
        "a string",
        7,
        [],
        {},
        {"strokes": None},
        {"strokes": "24,1,2"},
        {"strokes": {"0": [24, 1, 2]}},
        {"strokes": [24, 1, 2]},
        {"strokes": [None]},
        {"strokes": [[]]},
        {"strokes": [[24]]},
        {"strokes": [[24, 1]]},
        {"strokes": [[24, 1, 2, 3]]},
        {"strokes": [[24, 1.5, 2]]},
        {"strokes": [[24, NAN, 2]]},
        {"strokes": [[24, INFINITE, 2]]},
        {"strokes": [[NAN, 1, 2]]},
        {"strokes": [[24, "1", 2]]},
        {"strokes": [[24, True, 2]]},
        {"strokes": [[24, [1], 2]]},
        {"strokes": [[24, -1, 2]]},
        {"strokes": [[24, 1, 256]]},
        {"strokes": [[24, 10**30, 2]]},
        {"strokes": [[25, 1, 2]]},
        {"strokes": [[24, 1, 2]] * (MAX_STROKES + 1)},
        {"strokes": [[24] + [1, 2] * (MAX_POINTS + 1)]},
        {"strokes": [[24] + [1, 2] * 100] * 50},
        {"strokes": [[24] + [1] * 5_000_000]},  # ten million characters
        {"strokes": [[24, 1, 2]] * 2_000_000},
        {"strokes": [[24, 1, 2]] * 59 + ["x"]},
    ],
    ids=lambda message: repr(message)[:40],
)
def test_what_is_no_drawing_is_refused_in_a_sentence_and_goes_no_further(message, monkeypatch):
    with pytest.raises(StrokesError, match=r"^[A-Z].*\.$"):
        checked(message)
    came = {}
    monkeypatch.setattr(wrapper, "_mount", lambda **options: came.update(options))
    session = SimpleNamespace(session_state={"x-canvas": {"drawing": message}})
    for module in (wrapper, messages):
        monkeypatch.setattr(module, "st", session)
    drawn, refused = [], []
    canvas("x-canvas", (), 0, "", None, drawn.append, refused.append)
    came["on_drawing_change"]()
    assert drawn == []
    assert len(refused) == 1


def test_what_is_sent_to_the_canvas_comes_back_the_same(monkeypatch):
    came = {}
    monkeypatch.setattr(messages, "st", SimpleNamespace(session_state={}))
    monkeypatch.setattr(wrapper, "_mount", lambda **options: came.update(options))
    canvas("x-canvas", DRAWN, 3, "3, 92 %", b"png", print, print)
    [data] = came["data"]
    assert checked({"strokes": data["strokes"]}) == DRAWN
    assert (data["version"], data["said"]) == (3, "3, 92 %")


# the page


def test_before_anything_is_drawn_a_real_digit_is_read():
    page = opened()
    first, *models = sections(page)
    digits = datasets.embedded()
    assert "a 3 from below" in first
    assert any(np.array_equal(picture(first), image) for image in digits.images[1500:2000].numpy())
    assert [re.search(r"<b>(.*?)</b>", one)[1] for one in models] == TITLES
    assert sent(page)["strokes"] == []
    assert sent(page)["picture"] == ""
    assert "own" not in page.query_params


def test_a_drawing_is_shown_as_the_network_sees_it_and_read_by_every_chosen_model():
    page = opened(own=shorthand.of_strokes(DRAWN))
    first, *models = sections(page)
    assert np.array_equal(picture(first), frame())
    assert "your drawing" in first
    x = torch.from_numpy(frame())[None, None].float() / 255
    judge = weights.load_judge()
    assert f"judge: <strong>{str(reading.judged(judge, x)).replace('>', '&gt;')}</strong>" in first
    assert sent(page)["said"] == f"Read as {reading.judged(judge, x)} (by the judge)."
    for section, name in zip(models, ("dense-ae-30", "conv-ae-30", "multistage-vae-16"), strict=True):
        found = reading.read(weights.load(name), judge, x)
        assert f"MSE <strong>{found.mse:.4f}</strong>" in section
        assert np.abs(picture(section).astype(int) - to_uint8(found.image).astype(int)).max() <= 1
        assert ("no σ, no KL" in section) == (found.kl is None)
        bars = section.count("<i ")
        if found.kl is not None:
            assert f"KL <strong>{found.kl.sum():.1f} nats</strong>" in section
            assert bars == 2 * len(found.mu)
            told = [float(v.replace("−", "-")) for v in re.findall(r"KL = (\S+) nats", section)][: len(found.mu)]
            assert told == [round(v, 2) for v in sorted(map(float, found.kl), reverse=True)]
        else:
            assert bars == len(found.mu)
    assert not page.warning
    assert not page.error


@pytest.mark.parametrize("card", [card for card in loaders.cards() if not card.conditional], ids=lambda card: card.name)
def test_every_model_reads_a_drawing(card):
    page = opened(own=shorthand.of_strokes(DRAWN), rec_models=[card.title])
    assert len(sections(page)) == 2
    assert not page.error


def test_no_model_still_shows_what_the_network_sees():
    page = opened(own=shorthand.of_strokes(DRAWN))
    healthy(page.multiselect(key="rec-models").set_value([]).run())
    assert len(sections(page)) == 1


@pytest.mark.parametrize("text", ["nonsense", "sGA", "<img src=x onerror=alert(1)>", "s" + "A" * 100_000, "p" + "A" * 80])
def test_a_hostile_address_is_one_sentence_and_the_page_stays(text):
    page = opened(own=text)
    [warning] = page.warning
    assert warning.value.startswith("The address asked for a picture of your own")
    assert text not in warning.value
    assert "own" not in page.query_params
    assert "a 3 from below" in sections(page)[0]


def test_a_drawing_too_long_for_the_address_is_kept_and_said():
    page = opened()
    generator = np.random.default_rng(0)
    wild = tuple(Stroke(14, tuple(map(tuple, generator.integers(0, 256, (60, 2)).tolist()))) for _ in range(10))
    shelf = page.session_state["own-picture"]
    shelf.picture, shelf.version = own_pictures._drawing(wild), 1
    healthy(page.run())
    [warning] = page.warning
    assert "an address has room for 1,500" in warning.value
    assert page.query_params["own"] == own_pictures.LONG
    assert "your drawing" in sections(page)[0]


def test_an_address_of_a_drawing_that_it_had_no_room_for_says_so():
    page = opened(own=own_pictures.LONG)
    [warning] = page.warning
    assert "no room for" in warning.value
    assert "own" not in page.query_params
    assert "a 3 from below" in sections(page)[0]


# uploads


def test_an_upload_is_shown_as_the_network_sees_it_and_its_address_restores_it():
    digit = datasets.embedded().images[1504].numpy()
    page = uploaded(png(np.kron(digit, np.ones((10, 10), dtype=np.uint8))))
    assert not page.error
    first = sections(page)[0]
    assert "your upload" in first
    assert np.abs(picture(first).astype(int) - digit).mean() < 2  # brought back to where MNIST has it
    again = opened(own=page.query_params["own"])
    assert np.array_equal(picture(sections(again)[0]), picture(first))


@pytest.mark.parametrize("mode", ["I;16", "RGBA", "LA", "P", "1", "CMYK"])
def test_pictures_of_every_kind_are_read(mode):
    field = np.full((100, 80), 255, dtype=np.uint8)
    field[20:80, 35:45] = 0
    file = BytesIO()
    if mode == "I;16":
        Image.fromarray(field.astype(np.uint16) * 257).save(file, "PNG")
    else:
        Image.fromarray(field).convert(mode).save(file, "JPEG" if mode == "CMYK" else "PNG")
    page = uploaded(file.getvalue())
    assert not page.error
    assert "your upload" in sections(page)[0]


def animated() -> bytes:
    file = BytesIO()
    frames = [Image.fromarray(np.full((30, 30), grey, dtype=np.uint8)) for grey in (0, 255)]
    frames[0].save(file, "PNG", save_all=True, append_images=frames[1:])
    return file.getvalue()


WRONG = {
    "empty": (b"", "is empty"),
    "no image": (b"Dear teacher, here is my digit.", "not a picture"),
    "truncated": (png(np.random.default_rng(0).integers(0, 255, (60, 60), dtype=np.uint8))[:900], "damaged or cut short"),
    "gif": (b"GIF89a" + bytes(40), "GIF"),
    "animated": (animated(), "animated"),
    "blank": (png(np.full((40, 40), 255, dtype=np.uint8)), "blank"),
    "too many pixels": (png(np.zeros((6000, 6000), dtype=np.uint8)), "million pixels"),
    "too many bytes": (b"\x89PNG" + bytes(10_000_001), "10.0 MB"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_upload_is_one_clear_sentence_and_the_page_stays(kind):
    data, said = WRONG[kind]
    page = uploaded(data)
    place, result = page.error  # below the place for the file, and where the digit would stand
    assert place.value == result.value
    assert said in result.value
    assert re.fullmatch(r"[A-Z].*\.", result.value)
    assert result.value.endswith("What is shown is still the digit from before.")
    assert "a 3 from below" in sections(page)[0]
    assert "own" not in page.query_params


def test_a_right_upload_after_a_wrong_one_takes_the_sentence_away():
    page = uploaded(b"no picture")
    healthy(page.file_uploader(key="rec-upload").set_value(("d.png", png(black_on_white(3)), "image/png")).run())
    assert not page.error
    assert "your upload" in sections(page)[0]


def black_on_white(*labels: int) -> np.ndarray:
    """Digits of one size side by side, each with paper around it, at ten times the size of MNIST's."""
    digits = datasets.embedded()
    images = [digits.images[digits.of_class(label)[0]].numpy() for label in labels]
    return 255 - np.kron(np.hstack(images), np.ones((10, 10), dtype=np.uint8))


def test_after_a_refused_upload_the_one_before_is_not_called_the_upload():
    page = uploaded(png(black_on_white(7)))
    first = picture(sections(page)[0])
    healthy(
        page.file_uploader(key="rec-upload").set_value(("blank.png", png(np.full((40, 40), 255, np.uint8)), "image/png")).run()
    )
    assert np.array_equal(picture(sections(page)[0]), first)  # nothing is lost
    assert "your upload" not in sections(page)[0]
    assert "your earlier upload" in sections(page)[0]
    assert all("still your earlier upload." in error.value for error in page.error)
    assert len(page.error) == 2
    healthy(page.file_uploader(key="rec-upload").set_value(("three.png", png(black_on_white(3)), "image/png")).run())
    assert not page.error
    assert "your upload" in sections(page)[0]


def test_of_two_digits_of_one_size_the_left_one_is_taken_and_the_page_says_so():
    page = uploaded(png(black_on_white(7, 2)))
    alone = uploaded(png(black_on_white(7)))
    assert not page.error
    assert {warning.value for warning in page.warning} == {
        "There are two digits of about one size in the picture. The left one was taken, the other left out."
    }
    assert np.array_equal(picture(sections(page)[0]), picture(sections(alone)[0]))
    assert not alone.warning


def test_webp_is_read():
    file = BytesIO()
    Image.fromarray(black_on_white(7)).save(file, "WEBP", lossless=True)
    page = uploaded(file.getvalue(), "digit.webp", "image/webp")
    assert not page.error
    assert "your upload" in sections(page)[0]


@pytest.mark.parametrize("name", ["anatomy", "latent_map", "kl_beta", "compare", "transitions"])
def test_on_every_page_a_refused_upload_is_told_outside_the_place_for_it_too(name):
    page = AppTest.from_file(PAGE.with_name(f"{name}.py"), default_timeout=MANY)
    if name == "transitions":
        page.query_params["tra-walk"] = "Two digits"
    healthy(page.run())
    [place] = [one for one in page.get("file_uploader") if str(one.key).endswith("-upload")]
    healthy(place.set_value(("letter.png", b"Dear teacher", "image/png")).run())
    assert [error.value for error in page.error] == [
        "The file is not a picture; choose a PNG, JPEG or WebP picture. What is shown is still the digit from before."
    ] * 2
