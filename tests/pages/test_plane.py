"""Planes: what the browser and the address may say, and how the files come to the browser."""

import gzip
import json
from math import inf, nan
from pathlib import Path

import pytest
import safetensors.torch
import torch
from starlette.requests import Request
from streamlit.testing.v1 import AppTest

from core.evaluation import Codes
from core.maps import cuts
from core.maps.view import view_of
from pages.common import loaders_plane, shelf
from pages.common.plane import through
from pages.common.plane.pins import Pin, read_message
from tests import coroutines

PAGES = Path(__file__).parents[2] / "pages"
MAP, BETA = (str(PAGES / f"{name}.py") for name in ("latent_map", "kl_beta"))


def opened(page, **query):
    found = AppTest.from_file(page, default_timeout=120)
    for name, value in query.items():
        found.query_params[name.replace("_", "-")] = value
    found.run()
    assert not found.exception
    return found


def told(page, key):
    """What the map of that key has been told."""
    (proto,) = (found.proto for found in page.get("bidi_component") if key in found.proto.id)
    return json.loads(proto.json)[0]


def message(**changes):
    return {"pins": [[0, 0.5, -1.25]], "row": 17, "plane": 0, "at": 3} | changes


def test_a_message_is_read():
    assert read_message(message(), 1, False) == ((Pin(0, 0.5, -1.25),), 17)
    assert read_message(message(pins=[], row=None), 1, False) == ((), None)
    assert read_message(message(pins=[[1, 0, 0], [0, 1, 2]]), 2, True) == ((Pin(1, 0.0, 0.0), Pin(0, 1.0, 2.0)), 17)


def test_every_plane_has_two_pins_but_linked_ones_have_two_in_all():
    four = message(pins=[[0, 0, 0], [0, 1, 1], [1, 2, 2], [1, 3, 3]])
    assert [pin.plane for pin in read_message(four, 2, False)[0]] == [0, 0, 1, 1]
    with pytest.raises(ValueError, match="more than 2 places"):
        read_message(four, 2, True)
    with pytest.raises(ValueError, match="more than 2 places"):
        read_message(message(pins=[[1, 0, 0]] * 3), 2, False)


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        "pins",
        [1, 2],
        message(pins=None),
        message(pins="0_1"),
        message(pins=[[0, 0.5]]),
        message(pins=[[0, 0.5, "1"]]),
        message(pins=[[0, nan, 0]]),
        message(pins=[[0, inf, 0]]),
        message(pins=[[0, 1e30, 0]]),
        message(pins=[[0, True, 0]]),
        message(pins=[[1, 0, 0]]),
        message(pins=[[-1, 0, 0]]),
        message(pins=[[0.5, 0, 0]]),
        message(pins=[[0, 0, 0]] * 3),
        message(pins=[[0, 0, 0]] * 1_000_000),
        message(pins=[list(range(1_000_000))]),
        message(row=5000),
        message(row=-1),
        message(row=1.5),
        message(row="17"),
        message(row=nan),
        message(row=10**400),
        message(pins=[[0, 10**400, 0]]),
        message(pins=[[10**400, 0, 0]]),
    ],
)
def test_nonsense_is_refused(wrong):
    with pytest.raises(ValueError, match=r"not |a place is|more than"):
        read_message(wrong, 1, False)


def test_pins_of_the_address_are_set_and_stay_in_it():
    page = opened(MAP, map_pins="0.40_-1.2~1.5_2")
    assert told(page, "map-latent-plane")["pins"] == [[0, 0.4, -1.2], [0, 1.5, 2.0]]
    assert page.query_params["map-pins"] == "0.4_-1.2~1.5_2"
    assert not page.warning


@pytest.mark.parametrize("text", ["nan_1", "1", "1_2_3", "1_2~3_4~5_6", "7:1_1", "1_inf", "a_b", "1_1" * 5000, "<b>_1"])
def test_pins_that_make_no_sense_are_named(text):
    page = opened(MAP, map_pins=text)
    assert told(page, "map-latent-plane")["pins"] == []
    assert "map-pins is a place on the map" in page.warning[0].value
    assert "map-pins" not in page.query_params


def test_a_larger_code_is_cut_where_it_was_asked_and_says_so():
    asked = {"map_model": "Multi-stage VAE β=1, 16-d", "map_by": "PCA"}
    first = told(opened(MAP, **asked), "map-latent-plane")["planes"][0]
    other = told(opened(MAP, **asked, map_axes="2 and 3", map_through="the picked digit"), "map-latent-plane")["planes"][0]
    assert "through the mean code along principal components 1 and 2" in first["note"]
    assert "through the code of digit 2018 along principal components 2 and 3" in other["note"]
    assert first["axes"][1] == other["axes"][0]
    assert len(first["origin"]) == 16
    assert other["start"] == pytest.approx([0, 0], abs=1e-5)


def test_only_scales_and_shifts_change_with_beta_and_the_codes():
    first, second = (told(opened(BETA, kl_beta=beta), "kl-latent-plane") for beta in ("1", "3"))
    assert first["planes"][0]["film"] != second["planes"][0]["film"]
    assert first["planes"][0]["codes"] != second["planes"][0]["codes"]
    for plane in (first["planes"][0], second["planes"][0]):
        del plane["film"], plane["codes"], plane["middles"], plane["posteriors"], plane["start"]
    assert first.pop("heard")["session"] != second.pop("heard")["session"]  # each by a visitor of its own
    assert first == second
    assert len(json.dumps(second)) < 3000


def test_a_code_of_two_numbers_has_its_posterior_to_scale_and_a_point_none():
    assert told(opened(MAP), "map-latent-plane")["planes"][0]["posteriors"][0]["draws"]
    assert told(opened(MAP, map_model="Dense AE, 2-d"), "map-latent-plane")["planes"][0]["posteriors"] == []


@pytest.mark.parametrize("size", [2, 5])
def test_codes_on_a_window_keep_how_far_they_are_from_it_and_which_digits_they_are_of(size):
    mu = torch.randn(30, size, generator=torch.Generator().manual_seed(1))
    codes, view = Codes(mu, None, torch.arange(30) % 10), view_of(mu)
    cut, file = loaders_plane.on_view(codes, view, torch.arange(100, 130))
    found = safetensors.torch.load(file.data)
    assert found["rows"].tolist() == list(range(100, 130))
    assert found["labels"].tolist() == codes.labels.tolist()
    torch.testing.assert_close(cut.points, view.points(mu))
    if size == 2:
        assert "off" not in found
    else:
        on_it = view.origin + cut.points @ view.axes
        torch.testing.assert_close(found["off"], (mu - on_it).square().sum(dim=1))
    assert safetensors.torch.load(loaders_plane.on_view(codes, view)[1].data)["rows"].tolist() == list(range(30))


@pytest.mark.parametrize(("size", "first"), [(2, "z₁, in latent units"), (5, "principal direction 1, in latent units")])
def test_a_window_is_square_about_the_origin_and_says_what_its_axes_are(size, first):
    view = view_of(torch.randn(30, size, generator=torch.Generator().manual_seed(1)))
    file = shelf.file("nothing", b"0")
    cut = cuts.dropped(torch.zeros(2, size), view.origin, view.axes)
    found = through(view, 3.5, title="", decoder=file, codes=file, cut=cut, middles=())
    assert (found.centre, found.span, found.axes[0]) == ((0, 0), (7, 7), first)
    assert len(set(found.axes)) == 2


@pytest.fixture
def fetch(monkeypatch):
    """Asks the route for an address, as a browser or as a client that unpacks nothing."""

    def fetched(address, packed=True):
        route, name = address.split("/")
        assert route == shelf.ROUTE
        headers = [(b"accept-encoding", b"gzip, br")] if packed else []
        return coroutines.run(shelf.answer(Request({"type": "http", "headers": headers, "path_params": {"name": name}})))

    monkeypatch.setattr(shelf, "served", True)
    return fetched


def test_a_file_is_fetched_once_and_kept_for_good(fetch):
    found = shelf.file("net", bytes(20_000))
    answer = fetch(shelf.address(found))
    assert gzip.decompress(answer.body) == bytes(20_000)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "immutable" in answer.headers["Cache-Control"]
    plain = fetch(shelf.address(found), packed=False)
    assert plain.body == bytes(20_000)
    assert "Content-Encoding" not in plain.headers
    assert fetch(f"{shelf.ROUTE}/{found.name.replace('net', 'pet')}").status_code == 404
    code = shelf.file("code", b"//" + bytes(20_000), "js")
    assert fetch(shelf.address(code)).headers["Content-Type"].startswith("text/javascript")


def test_the_shelf_is_bounded_and_the_oldest_make_room(fetch, monkeypatch):
    monkeypatch.setattr(shelf, "ROOM", 100)
    first, second = (shelf.file("net", bytes([k]) * 60_000) for k in (1, 2))
    assert len(first.packed) > 50
    where = [shelf.address(first), shelf.address(second)]
    assert [fetch(address).status_code for address in where] == [404, 200]


def test_small_files_travel_inside_their_address_and_without_the_server_large_ones_through_the_page(monkeypatch):
    monkeypatch.setattr(shelf, "served", False)
    assert shelf.address(shelf.file("small", b"abc")).startswith("data:")
    large = shelf.file("large", bytes(20_000))
    assert shelf.address(large) == f"depot:{large.name}"
    names = [found.proto.id for found in opened(MAP).get("bidi_component")]
    assert sum("map-judge" in name or "map-digits" in name or "map-dense-vae-2" in name for name in names) == 3


def test_pins_of_a_map_that_is_not_shown_are_left_out_without_a_word():
    page = opened(MAP, map_pins="0.4_-1.2~2:1_1")
    assert told(page, "map-latent-plane")["pins"] == [[0, 0.4, -1.2]]
    assert not page.warning
