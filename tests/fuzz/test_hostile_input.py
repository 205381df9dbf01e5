"""Some of the hostile input that `python -m tests.fuzz` has by the thousand, and what has gone wrong before."""

import random

import pytest

from core import model_file
from core.model_file import ModelFileError
from core.pictures.frames import MAX_BYTES, PictureError, read_picture
from core.plain import plain
from pages.common import own
from tests.fuzz import models, pictures
from tests.fuzz.addresses import PAGES, VALUES, tried_at, views
from tests.fuzz.mutate import mutated


@pytest.mark.filterwarnings("ignore")
def test_mutated_pictures_are_read_or_refused_with_a_sentence():
    found = list(pictures.outcome(seed=1, count=400))
    assert [trouble for _, trouble in found if trouble] == []
    assert {"read"} < {what for what, _ in found}


def test_every_seed_of_the_pictures_is_good_or_animated():
    assert {pictures.read(data, "seed")[0] for data in pictures.seeds()} == {"read", "refused: The picture is animated"}


def test_a_large_upload_is_refused_before_it_is_decoded(monkeypatch):
    monkeypatch.setattr("PIL.Image.open", lambda *_, **__: pytest.fail("it was opened"))
    with pytest.raises(PictureError, match="MB"):
        read_picture(bytes(MAX_BYTES + 1))


def test_mutated_model_files_are_read_or_refused_with_a_sentence_and_little_memory():
    found = list(models.outcome(seed=1, count=300))
    assert [trouble for _, trouble in found if trouble] == []
    assert models.read(models.good_file(), "good") == ("read", "")


def tensors(header: dict) -> list[dict]:
    """What the header says about each tensor."""
    return [about for name, about in header.items() if name != "__metadata__"]


def huge(header: dict) -> None:
    tensors(header)[0]["shape"] = [10**9, 10**9]


def overlapping(header: dict) -> None:
    for about in tensors(header):
        start, end = about["data_offsets"]
        about["data_offsets"] = [0, end - start]


def beyond_the_end(header: dict) -> None:
    max(tensors(header), key=lambda about: about["data_offsets"][1])["data_offsets"][1] += 10**12


def half_as_wide(header: dict) -> None:
    for about in tensors(header):
        about["dtype"] = "F16"


def integers(header: dict) -> None:
    tensors(header)[0]["dtype"] = "I32"


def negative(header: dict) -> None:
    tensors(header)[0]["shape"] = [-1, -16]


def large_network(header: dict) -> None:
    wide = {"architecture": "dense-ae", "latent_dim": 4096, "hidden": [4096] * 10_000}
    header["__metadata__"]["latent_lab"]["model"] = wide


def wide_network(header: dict) -> None:
    header["__metadata__"]["latent_lab"]["model"] = {"architecture": "dense-ae", "latent_dim": 4096, "hidden": [4096] * 3000}


@pytest.mark.parametrize(
    "change", [huge, overlapping, beyond_the_end, half_as_wide, integers, negative, large_network, wide_network]
)
def test_a_lying_header_is_refused_before_memory_is_spent(change):
    good = models.good_file()
    header = models.header_of(good)
    change(header)
    what, trouble = models.read(models.with_header(good, header), change.__name__)
    assert what.startswith("refused"), what
    assert trouble == ""


def test_deep_json_is_refused():
    text = b"[" * 99_000
    with pytest.raises(ModelFileError):
        model_file.read(len(text).to_bytes(8, "little") + text)


def test_what_a_file_says_is_not_read_as_markup():
    good = models.good_file()
    header = models.header_of(good)
    header["__metadata__"]["latent_lab"]["model"]["architecture"] = "![x](//elsewhere.example/x.png) <b>" + "x" * 10_000
    with pytest.raises(ModelFileError) as caught:
        model_file.read(models.with_header(good, header))
    assert not set(str(caught.value)) & set("[]<>`$")
    assert len(str(caught.value)) <= 300


def test_titles_are_plain():
    title = own.free_title("**A**![x](https://elsewhere.example/x)\n\n# Anna's", set())
    assert title == "A ! x (https //elsewhere.example/x) Anna's"
    title = own.free_title(":material/skull: www.elsewhere.example _it_ __b__ :red[x] a@elsewhere.example", set())
    assert title == "material/skull: elsewhere.example it b red x a el…"
    assert plain("latent_dim must be a whole number: 3", 60) == "latent_dim must be a whole number: 3"
    assert own.free_title("`[]<>", set()) == "My model"
    assert own.free_title("Β-VAE von Jürgen 👍", set()) == "Β-VAE von Jürgen 👍"
    assert plain("a" * 10**6, 50) == "a" * 49 + "…"


def test_mutations_differ_and_are_repeatable():
    files = pictures.seeds()
    once, again = ([mutated(random.Random(n), files) for n in range(50)] for _ in range(2))
    assert once == again
    assert len(set(once)) > 45


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_address_breaks_a_page_or_is_rendered_as_markup(page):
    rng = random.Random(page.stem)
    found = views(page)
    groups: dict[str, list[str]] = {}
    for name, view in found.items():
        groups.setdefault(repr(sorted(view.items())), []).append(name)
    for names in groups.values():
        values = list(VALUES)
        rng.shuffle(values)
        for start in range(3):  # every parameter of the view at once, each with a value of its own
            params = {name: [values[(start * len(names) + i) % len(values)]] for i, name in enumerate(names)}
            assert tried_at(page, {**found[names[0]], **params}, f"{page.stem} {params}"[:500])[1] == ""


def test_thousands_of_values_are_answered_shortly():
    page = next(page for page in PAGES if page.stem == "reconstruction")
    assert tried_at(page, {"rec-models": [f"model {i}" for i in range(3000)]}, "many")[1] == ""
