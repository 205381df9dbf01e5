"""The page KL and beta, run without a browser: the slider and all that follows it, the playground, the maps, bad addresses."""

import json
import math
import re

import pytest

from core.divergence import beta, curve, discrete, gaussians
from pages.parts.kl_beta import bars, beta_tab, loaders, maps_tab, notebook_beta, playground_tab
from tests.pages import apps

FILE = "kl_beta.py"
NETWORKS = {card.title: card for card in loaders.networks()}
PLAYGROUND, MAPS = "KL playground", "Three maps"


def opened(**address: str):
    return apps.opened(FILE, "kl", **address)


def numbers(page) -> dict[str, str]:
    return dict(re.findall(r"<div><span>(.*?)</span><b>(.*?)</b>", apps.html(page)))


def test_it_opens_with_beta_1_and_everything_measured_there():
    page = opened()
    here = loaders.look(loaders.DEFAULT, 1.0)
    shown = numbers(page)
    assert shown["β"] == "1"
    assert shown["rate"] == f"{here.rate:.2f}"
    assert shown["distortion"] == f"{here.distortion:.1f}"
    assert float(shown["distortion + β · rate"]) == pytest.approx(here.distortion + here.rate, abs=0.06)
    assert "No collapse" in apps.html(page)
    assert len(apps.pictures(page)) == 2 + len(here.active)
    assert not page.warning


def test_beta_moves_every_picture_and_every_number():
    page = opened()
    before, drawn, first = apps.pictures(page), numbers(page), apps.charts(page)
    page.select_slider(key="kl-beta").set_value(beta.stops()[-1])
    apps.healthy(page.run())
    assert all(a != b for a, b in zip(apps.pictures(page), before, strict=True))
    assert all(value != drawn[name] for name, value in numbers(page).items() if name != "active dimensions")
    assert all(a != b for a, b in zip(apps.charts(page), first, strict=True))


def test_collapse_is_named_when_it_comes():
    verdicts = [re.search(r"<p class='(.*?)'><b>(.*?)</b>", apps.html(opened(beta=f"{at:g}"))) for at in (1, beta.stops()[-1])]
    assert [verdict[1] for verdict in verdicts] == ["verdict", "verdict alarm"]
    assert [verdict[2] for verdict in verdicts] == ["No collapse:", "Posterior collapse:"]


@pytest.mark.parametrize("title", NETWORKS)
def test_every_network_shows_its_dimensions_by_their_kl(title):
    page = opened(network=title)
    card = NETWORKS[title]
    here = loaders.look(card.name, 1.0)
    bars = [float(kl) for kl in re.findall(r"<span>([0-9.]+) nats</span>", apps.html(page))]
    assert len(bars) == card.latent_dim
    assert bars == sorted(bars, reverse=True)
    assert sum(bars) == pytest.approx(here.rate, abs=0.01 * len(bars))
    assert ("class read off μ" in numbers(page)) == ("multistage" in card.name)


def test_strips_start_from_the_chosen_code_and_another_draw_shows_other_digits():
    page = opened()
    before = apps.pictures(page)
    page.selectbox(key="kl-start").set_value(beta_tab.STARTS[None])
    apps.healthy(page.run())
    moved = apps.pictures(page)
    assert moved[:2] == before[:2]
    assert all(a != b for a, b in zip(moved[2:], before[2:], strict=True))
    page.button(key="kl-draw-next").click()
    apps.healthy(page.run())
    assert apps.pictures(page)[:2] != before[:2]


def test_the_notebooks_beta_is_translated():
    page = opened(notebook="30")
    [table] = [text.value for text in page.markdown if text.value.startswith(f"| {notebook_beta.HEADER[0]}")]
    cells = [cell.strip() for cell in table.splitlines()[2].strip("| ").split("|")]
    assert cells[:4] == ["**30**", "15", f"{15**0.5:.3g}", f"{30 / 2:g}"]
    assert len(table.splitlines()) == 2 + len(notebook_beta.SHIPPED)


def test_the_playground_computes_the_divergence_of_the_bars():
    page = opened(tab=PLAYGROUND, p="10-20-30-20-20", q="20-20-20-20-20")
    found = discrete.compare((0.1, 0.2, 0.3, 0.2, 0.2), (0.2,) * 5)
    assert f"**{found.forward:.3f} nats**" in apps.prose(page)
    assert f"**{found.reverse:.3f} nats**" in apps.prose(page)
    assert len(page.get("vega_lite_chart")) == 3


def test_the_playgrounds_code_is_shown_to_who_opens_it():
    page = opened(tab=PLAYGROUND)
    assert not page.code
    page.session_state["kl-code"] = True
    assert "def discrete_kl" in page.run().code[0].value


def test_presets_and_exchange_move_the_bars():
    page = opened(tab=PLAYGROUND)
    bars = lambda: json.loads(page.get("bidi_component")[0].proto.json)[0]  # noqa: E731
    p, q = bars()["p"], bars()["q"]
    page.button(key="kl-swap").click()
    apps.healthy(page.run())
    assert (bars()["p"], bars()["q"]) == (q, p)
    page.button(key=f"kl-preset-{list(playground_tab.PRESETS).index('Q rules out E')}").click()
    apps.healthy(page.run())
    assert "∞" in apps.prose(page)
    assert "Q rules out E" in apps.prose(page)


NUMBERS = [0.2] * 5


@pytest.mark.parametrize(
    "sent",
    [
        None,
        7,
        "x" * 10_000_000,
        {},
        {"p": NUMBERS},
        {"p": NUMBERS, "q": NUMBERS[:4]},
        {"p": NUMBERS, "q": [0.2] * 1_000_000},
        {"p": NUMBERS, "q": [0.2, 0.2, 0.2, 0.2, math.nan]},
        {"p": NUMBERS, "q": [0.2, 0.2, 0.2, 0.2, math.inf]},
        {"p": NUMBERS, "q": [0.2, 0.2, 0.2, 0.2, -0.2]},
        {"p": NUMBERS, "q": [0.2, 0.2, 0.2, 0.2, True]},
        {"p": NUMBERS, "q": [0.2, 0.2, 0.2, 0.2, "0.2"]},
        {"p": NUMBERS, "q": [0.2, 0.2, 0.2, 0.2, 10**400]},
        {"p": NUMBERS, "q": [0] * 5},
    ],
)
def test_bars_that_the_browser_sends_in_vain_are_refused(sent, monkeypatch):
    state, mounted, said = {"kl-bars-picture": {"bars": sent}}, {}, []
    presets = {"usual": (tuple(NUMBERS), (0.5, 0.5, 0, 0, 0))}
    monkeypatch.setattr(bars.st, "session_state", state)
    monkeypatch.setattr(bars, "_mount", lambda **options: mounted.update(options))
    shown = bars.bars("kl", "ABCDE", presets, said.append)
    assert shown == presets["usual"]
    mounted["on_bars_change"]()
    assert bars.bars("kl", "ABCDE", presets, said.append) == shown
    assert len(said) == 1
    assert "cannot be used" in said[0]
    assert len(said[0]) < 200


def test_the_gaussian_says_its_closed_form_and_the_area():
    page = opened(tab=PLAYGROUND)
    page.slider(key="kl-mu").set_value(-2.0)
    page.slider(key="kl-sigma").set_value(0.5)
    apps.healthy(page.run())
    found = gaussians.compare(-2.0, 0.5)
    assert f"**{found.kl:.3f} nats**" in apps.prose(page)
    assert f"**{found.area:.3f} nats**" in apps.prose(page)


def maps(page) -> dict:
    """What the browser is told of the three maps."""
    (proto,) = (one.proto for one in page.get("bidi_component") if re.search(r"kl-maps-\d+-latent-plane", one.proto.id))
    return json.loads(proto.json)[0]


def test_three_maps_say_what_the_class_head_and_beta_do():
    page = opened(tab=MAPS)
    assert len(page.get("vega_lite_chart")) == 3
    names = [*maps_tab.FIRST[16], next(iter(maps_tab.THIRD[16]))]
    for name in names:
        panel = loaders.panel(name)
        assert f"mean distance **{panel.clusters.mean_distance:.2f}**" in apps.prose(page)
    assert "The clusters part." in apps.prose(page)
    before, first = apps.charts(page), maps(page)
    page.selectbox(key="kl-third-16").set_value("β = 100")
    apps.healthy(page.run())
    assert apps.charts(page)[2:] != before[2:]
    assert maps(page)["planes"][2]["decoder"] != first["planes"][2]["decoder"]
    page.selectbox(key="kl-code").set_value(maps_tab.CODES[2])
    apps.healthy(page.run())
    assert "the plane itself" in page.selectbox(key="kl-code").value


@pytest.mark.parametrize("size", maps_tab.CODES)
def test_three_maps_have_the_same_axes_and_share_a_cursor_only_where_all_show_z_itself(size):
    told = maps(opened(tab=MAPS, code=maps_tab.CODES[size]))
    assert len({tuple(plane["span"]) for plane in told["planes"]}) == 1
    assert len({plane["decoder"] for plane in told["planes"]}) == 3
    assert [len(plane["origin"]) for plane in told["planes"]] == [size] * 3
    assert all(plane["prior"] and len(plane["middles"]) == 10 for plane in told["planes"])
    assert told["linked"] == (size == 2)


def test_pins_of_the_three_maps_are_not_those_of_the_map_of_beta():
    address = {"maps-2-pins": "2:0.5_-1", "pins": "1_1", "code": maps_tab.CODES[2]}
    assert maps(opened(tab=MAPS, **address))["pins"] == [[1, 0.5, -1.0]]
    (there,) = (found.proto for found in opened(**address).get("bidi_component") if "kl-latent-plane" in found.proto.id)
    assert json.loads(there.json)[0]["pins"] == [[0, 1.0, 1.0]]


@pytest.mark.parametrize(
    ("name", "value", "tab"),
    [
        ("tab", "Elsewhere", ""),
        ("network", "No such network", ""),
        ("beta", "0.123", ""),
        ("beta", "-1", ""),
        ("beta", "much", ""),
        ("draw", "0", ""),
        ("start", "a 12", ""),
        ("notebook", "31", ""),
        ("p", "1-2", PLAYGROUND),
        ("q", "a-b-c-d-e", PLAYGROUND),
        ("mu", "99", PLAYGROUND),
        ("sigma", "nan", PLAYGROUND),
        ("code", "3 numbers", MAPS),
        ("third-16", "β = 7", MAPS),
    ],
)
def test_what_the_address_asks_in_vain_is_named_and_the_usual_shown(name, value, tab):
    page = opened(**({"tab": tab} if tab else {}), **{name: value})
    assert len(page.warning) == 1
    assert f"kl-{name}" in page.warning[0].value


def test_no_network_for_every_beta_is_said_so(monkeypatch):
    monkeypatch.setattr(loaders, "networks", lambda: [])
    page = opened()
    assert "core.pretrain" in page.info[0].value


def test_a_network_without_a_curve_is_said_so(monkeypatch):
    monkeypatch.setattr(curve, "stored", lambda metrics: [])
    loaders.stage.clear()
    try:
        page = apps.AppTest.from_file(apps.PAGES / FILE, default_timeout=apps.PATIENCE).run()
        assert not page.exception
        assert f"lacks the curve of {loaders.DEFAULT}" in page.error[0].value
    finally:
        loaders.stage.clear()


def test_bars_in_the_address_are_those_that_were_set():
    message = {"p": [0.41, 0.295, 0.1475, 0.0983333, 0.0491667], "q": [0.2] * 4 + [2.59e-9], "held": False}
    (p, q), _ = bars.read_message(message, 5)
    page = opened(tab=PLAYGROUND, **{name.removeprefix("kl-"): text for name, text in bars._texts("kl", (p, q)).items()})
    (proto,) = (one.proto for one in page.get("bidi_component") if "kl-bars-picture" in one.proto.id)
    told = json.loads(proto.json)[0]
    assert told["p"] == pytest.approx(p, rel=1e-4)
    assert told["q"] == pytest.approx(q, rel=1e-4)
