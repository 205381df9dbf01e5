"""The page Anatomy, run without a browser: every model, every control, its steps, and senseless addresses."""

import json
import math
import time

import numpy as np
import pytest
import torch

from core import weights
from core.anatomy.flow import dissect, draw_noise, fingerprint
from core.anatomy.tug_of_war import Pull, Trainee
from core.config import Objective
from core.datasets import embedded
from core.models import ARCHITECTURES
from core.pictures import shorthand
from core.pictures.images import png_bytes
from pages.common import loaders
from pages.parts.anatomy import diagram as anatomy
from pages.parts.anatomy import dials, stepping
from pages.parts.anatomy import loaders as loaders_anatomy
from pages.parts.anatomy import words as anatomy_words
from pages.parts.anatomy.trainees import Trainees
from tests.core.small_models import fresh, smallest
from tests.pages import apps

FILE, PREFIX = "anatomy.py", "ana"
TITLES = [
    entry["title"]
    for entry in map(weights.entry, weights.names())
    if not ARCHITECTURES[entry["model"]["architecture"]].conditional and entry["model"]["latent_dim"] <= 64
]
FRESH = [title for title, _ in loaders_anatomy.FRESH.values()]
DEEP = "Multi-stage VAE β=1, 16-d"
PLAIN = "Dense AE, 2-d"


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def opened(**address):
    return apps.opened(FILE, PREFIX, **address)


def diagram(page):
    told = [json.loads(found.proto.json)[0] for found in page.get("bidi_component")]
    [found] = [data for data in told if "boxes" in data]
    return found


def boxes(page):
    return {box["id"]: box for box in diagram(page)["boxes"]}


def changed(before, after):
    return {name for name in after if before[name]["digest"] != after[name]["digest"]}


def press(page, key):
    page.button(key=f"ana-{key}").click()
    return apps.healthy(page.run())


def test_it_opens_with_a_vae_and_a_3_and_its_numbers_are_the_networks():
    page = opened()
    shown = boxes(page)
    assert list(shown) == [
        *("x", "encoder 1", "encoder 2", "encoder 3", "mu", "logvar", "sigma", "noise", "z"),
        *("decoder 1", "decoder 2", "decoder 3", "x_hat", "reconstruction", "kl", "total"),
    ]
    row = embedded().of_class(3)[334]
    x = embedded().pixels(slice(int(row), int(row) + 1))
    found = dissect(weights.load("conv-vae-2"), x, 3, draw_noise(1, 2), Objective())
    assert {name: shown[name]["digest"] for name in found.parts} == {n: fingerprint(p) for n, p in found.parts.items()}
    np.testing.assert_allclose(shown["mu"]["bars"], found.parts["mu"].tolist())
    assert shown["total"]["number"] == f"{found.total:.3g}"
    assert diagram(page)["chosen"] == "z"
    assert not page.warning


@pytest.mark.parametrize("title", [*TITLES, *FRESH])
def test_every_network_is_the_same_diagram_with_the_boxes_that_it_has(title):
    shown = boxes(opened(model=title))
    entry = next((e for e in map(weights.entry, weights.names()) if e["title"] == title), None)
    kind = entry["model"]["architecture"] if entry else title.lower()
    assert ("mu" in shown and "noise" in shown and "kl" in shown) == ("vae" in kind)
    assert ("probabilities" in shown and "classification" in shown) == ("multi" in kind)
    assert all(box["shape"] and box["formula"] and box["sentence"] and box["values"] for box in shown.values())
    assert all("picture" in box or "bars" in box or "pieces" in box for box in shown.values())


@pytest.mark.parametrize(
    ("kind", "key", "value"), [("number_input", "noise", 7), ("number_input", "noise", 0), ("button", "noise-next", None)]
)
def test_other_noise_changes_what_comes_after_it(kind, key, value):
    page = opened(model=DEEP)
    before = boxes(page)
    found = getattr(page, kind)(key=f"ana-{key}")
    found.click() if value is None else found.set_value(value)
    after = boxes(apps.healthy(page.run()))
    upstream = {"x", "encoder 1", "encoder 2", "encoder 3", "mu", "logvar", "sigma", "kl"}
    assert changed(before, after) == set(after) - upstream
    if value == 0:
        assert after["z"]["bars"] == after["mu"]["bars"]


@pytest.mark.parametrize(("key", "value"), [("beta", 30.0), ("alpha", 50.0)])
def test_a_weight_changes_the_loss_alone(key, value):
    page = opened(model=DEEP)
    before = boxes(page)
    page.select_slider(key=f"ana-{key}").set_value(value)
    assert changed(before, boxes(apps.healthy(page.run()))) == {"total"}


def test_the_scale_changes_the_error_and_its_formula():
    page = opened()
    before = boxes(page)
    page.selectbox(key="ana-scale").set_value("ELBO, in nats")
    after = boxes(apps.healthy(page.run()))
    assert changed(before, after) == {"reconstruction", "total"}
    assert r"\log \hat x_i" in after["reconstruction"]["formula"]
    assert after["total"]["formula"] == r"L = D + \beta\,\mathrm{KL}"
    assert before["total"]["formula"] == r"L = \tfrac{1}{784}\,D + \tfrac{\beta}{784}\,\mathrm{KL}"
    titles = [part["title"] for part in diagram(page)["code"]]
    assert any("bernoulli" in title for title in titles)
    assert not any("squared_error" in title for title in titles)


def test_another_digit_changes_every_box_but_the_noise():
    page = opened(model=DEEP)
    before = boxes(page)
    page.selectbox(key="ana-digit").set_value("7")
    after = boxes(apps.healthy(page.run()))
    assert changed(before, after) == set(after) - {"noise"}
    assert after["probabilities"]["marked"] == 7


def test_a_step_changes_every_box_that_the_network_has_a_hand_in_and_reset_undoes_it():
    page = opened(model=DEEP)
    before = boxes(page)
    stepped = boxes(press(page, "one"))
    assert changed(before, stepped) == set(before) - {"x", "noise"}
    assert "1 step from its start" in apps.prose(page)
    assert len(page.get("vega_lite_chart")) == 3
    press(page, "one")
    assert "2 steps from its start" in apps.prose(page)
    assert apps.html(page).count("reconstruction before") > 0
    assert not changed(before, boxes(press(page, "reset")))
    assert not page.get("vega_lite_chart")


def test_steps_never_touch_the_shared_network():
    page = opened(model=PLAIN)
    shared = loaders.model("dense-ae-2")
    before = [p.clone() for p in shared.parameters()]
    press(page, "one")
    assert all(torch.equal(a, b) for a, b in zip(before, shared.parameters(), strict=True))
    assert changed(boxes(opened(model=PLAIN)), boxes(page))


def test_an_autoencoder_has_nobody_to_pull_against():
    page = press(opened(model=PLAIN), "one")
    assert "nobody pulls against it" in apps.prose(page)
    assert len(page.get("vega_lite_chart")) == 2


def test_slow_motion_takes_a_step_when_one_is_due_and_stops():
    page = press(opened(model=PLAIN), "slow")
    state = page.session_state["ana-stepping"]["dense-ae-2"]
    taken = state.steps
    assert taken >= 1
    assert page.button(key="ana-slow").label == "Stop"
    state.last = time.monotonic()
    apps.healthy(page.run())
    assert state.steps == taken  # no sooner than it is due
    state.last = 0.0
    apps.healthy(page.run())
    assert state.steps == taken + 1
    press(page, "slow")
    state.last = 0.0
    apps.healthy(page.run())
    assert (state.steps, state.to_come) == (taken + 1, 0)
    assert page.button(key="ana-slow").label == "Slow motion"


def test_ten_steps_come_one_by_one_and_are_compared_with_what_was_there_before_them():
    page = press(opened(model=PLAIN), "one")
    state = page.session_state["ana-stepping"]["dense-ae-2"]
    before = state.seen[1].total
    press(page, "ten")
    for taken in range(2, 12):
        assert state.steps == taken
        assert page.button(key="ana-ten").label == ("Stop" if taken < 11 else "10 steps")
        assert f"{taken} steps from its start" in apps.prose(page)
        state.last = 0.0
        apps.healthy(page.run())
    assert (state.steps, state.to_come, stepping.pace()) == (11, 0, None)
    assert f"reconstruction before, loss {before:.3g}" in apps.html(page)


def test_ten_steps_stop_when_they_are_told_to_or_lead_nowhere(monkeypatch):
    page = press(opened(model=PLAIN), "ten")
    state = page.session_state["ana-stepping"]["dense-ae-2"]
    press(page, "ten")
    assert (state.steps, state.to_come) == (1, 0)
    press(page, "ten")
    monkeypatch.setattr(Trainee, "_finite", lambda *_: False)
    state.last = 0.0
    apps.healthy(page.run())
    assert "last good weights are kept" in page.warning[0].value
    assert (state.steps, state.to_come) == (2, 0)


def test_slow_motion_comes_to_an_end_and_follows_nobody_to_another_network():
    page = press(opened(model=PLAIN), "slow")
    state = page.session_state["ana-stepping"]["dense-ae-2"]
    assert state.to_come <= stepping.MOST_SLOW
    state.to_come, state.last = 1, 0.0
    apps.healthy(page.run())
    assert state.to_come == 0
    press(page, "slow")
    page.selectbox(key="ana-model").set_value(DEEP)
    apps.healthy(page.run())
    assert not state.to_come


def test_a_step_into_nowhere_is_a_sentence_and_the_weights_stay(monkeypatch):
    page = press(opened(model=PLAIN), "one")
    before = boxes(page)
    monkeypatch.setattr(Trainee, "_finite", lambda *_: False)
    press(page, "one")
    assert "last good weights are kept" in page.warning[0].value
    assert "1 step from its start" in apps.prose(page)
    assert not changed(before, boxes(page))


def test_a_copy_that_had_to_make_room_is_said_to_be_gone():
    page = press(opened(model=PLAIN), "one")
    loaders_anatomy._trainees.clear()
    apps.healthy(page.run())
    assert "had to make room" in page.warning[0].value
    assert "At its start" in apps.prose(page)


def test_an_own_picture_that_there_is_not_is_named():
    page = opened(own="true")
    assert any("no digit of your own yet" in info.value for info in page.info)
    assert boxes(page).keys() == boxes(opened()).keys()


def test_copies_stay_within_one_bound_and_go_with_their_visitor():
    model = fresh(smallest("dense-ae"))
    size = 12 * sum(p.numel() for p in model.parameters())
    kept, made = Trainees(most_bytes=int(2.5 * size)), []

    def get(session, reset=0):
        def make():
            made.append(session)
            return Trainee(model, embedded())

        return kept.get((session, "net", reset), make)

    first = get("a")
    get("b")
    assert get("a") is first
    get("c")  # b has not been used for longest
    assert len(kept) == 2
    assert kept.bytes <= 2.5 * size
    assert get("a") is first
    assert made == ["a", "b", "c"]
    get("b")
    assert made == ["a", "b", "c", "b"]
    assert get("a", reset=1) is not get("b")
    assert len(kept) == 2  # the copy before the reset is gone
    kept.release("a")
    assert len(kept) == 1
    big = Trainees(most_bytes=1)
    assert big.get(("a", "net", 0), lambda: first) is first  # one always fits


def test_an_own_picture_can_be_sent_through():
    picture = np.zeros((28, 28), dtype=np.uint8)
    picture[5:23, 12:16] = 255
    page = apps.AppTest.from_file(apps.PAGES / FILE, default_timeout=apps.PATIENCE)
    page.query_params["own"] = shorthand.of_frame(picture)
    apps.healthy(page.run())
    before = boxes(page)
    page.toggle(key="ana-own").set_value(True)
    after = boxes(apps.healthy(page.run()))
    assert "x" in changed(before, after)
    assert not page.warning


def test_what_is_uploaded_here_goes_through_as_what_the_judge_reads_and_stays_what_it_is_said_to_be():
    page, seven = opened(), embedded().images[embedded().of_class(7)[0]].numpy()
    before = boxes(page)
    page.file_uploader(key="ana-upload").set_value(("seven.png", png_bytes(seven, 4), "image/png"))
    assert "x" in changed(before, boxes(apps.healthy(page.run())))
    assert page.toggle(key="ana-own").value
    assert page.selectbox(key="ana-digit").value == "7"
    page.selectbox(key="ana-digit").set_value("2")
    assert apps.healthy(page.run()).selectbox(key="ana-digit").value == "2"
    assert page.toggle(key="ana-own").value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("model", "No such model"),
        ("digit", "12"),
        ("which", "0"),
        ("which", "1e9"),
        ("noise", "-1"),
        ("noise", "nan"),
        ("beta", "2.5"),
        ("beta", "<b>"),
        ("scale", "pounds"),
        ("step", "7"),
        ("box", "kidney"),
    ],
)
def test_what_the_address_asks_in_vain_is_named_and_the_usual_shown(name, value):
    page = opened(**{name: value})
    assert len(page.warning) == 1
    assert f"ana-{name}" in page.warning[0].value
    assert boxes(page).keys() == boxes(opened()).keys()


def test_the_address_brings_back_the_view():
    page = opened(model=DEEP, digit="7", which="12", noise="5", beta="30", alpha="50", box="kl", step="0.01")
    assert diagram(page)["chosen"] == "kl"
    assert boxes(page)["probabilities"]["marked"] == 7
    assert page.select_slider(key="ana-beta").value == 30.0
    assert page.select_slider(key="ana-step").value == 0.01
    assert not page.warning


@pytest.mark.parametrize(
    "sent",
    [None, 7, "z", {}, {"box": "kidney"}, {"box": "x" * 10_000_000}, {"box": {"box": "z"}}, {"box": [1]}, {"box": math.nan}],
)
def test_what_the_browser_sends_in_vain_is_refused(sent, monkeypatch):
    state, mounted, said = {"ana-box-chosen": ("mu", 1), "ana-diagram": {"chosen": sent}}, {}, []
    monkeypatch.setattr(anatomy.st, "session_state", state)
    monkeypatch.setattr(anatomy, "_mount", lambda **options: mounted.update(options))
    assert anatomy.anatomy("ana", [{"id": "z"}, {"id": "mu"}], [], "n", said.append) == "mu"
    mounted["on_chosen_change"]()
    assert state["ana-box-chosen"] == ("mu", 1)
    anatomy.anatomy("ana", [{"id": "z"}, {"id": "mu"}], [], "n", said.append)
    assert "not one of this diagram" in said[0]
    assert len(said[0]) < 200


def test_katex_is_where_the_diagram_looks_for_it():
    assert anatomy.katex().startswith("static/js/katex.")


def test_dials_say_what_they_draw():
    pull = Pull(
        "elbo", {"reconstruction": 1.0, "kl": 1.0}, {"reconstruction": 3.0, "kl": 4.0}, {("reconstruction", "kl"): -0.5}
    )
    assert dials.words(pull, "reconstruction", "kl").endswith("against each other: cosine −0.50, 120°")
    assert dials.grid(pull).count("<img") == 1
    still = Pull("elbo", pull.terms, {"reconstruction": 3.0, "kl": 0.0}, {("reconstruction", "kl"): None})
    assert "one of them does not pull" in dials.grid(still)


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.0, "0"), (-0.0, "0"), (31.42, "31.4"), (-2.5, "−2.5"), (1234.4, "1,234"), (3.62e-5, "3.6·10⁻⁵"), (0.0461, "0.0461")],
)
def test_numbers_have_three_digits(value, words):
    assert anatomy_words.number(value) == words


def test_a_star_stands_where_the_network_convolves():
    shown = boxes(opened(model="VAE β=1, 2-d"))
    assert "*" in shown["encoder 1"]["formula"]
    assert "*" not in shown["decoder 1"]["formula"]  # a matrix
    assert "*" in shown["decoder 2"]["formula"]
    assert "*" in shown["x_hat"]["formula"]
    assert not any("*" in box["formula"] for box in boxes(opened(model="Dense AE, 2-d")).values())
