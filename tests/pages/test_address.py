"""When a page's address counts, and when what the session keeps."""

from collections.abc import Callable
from contextlib import nullcontext
from types import SimpleNamespace

import pytest
from streamlit.runtime.state.query_params import QueryParams

from pages.common import address


@pytest.fixture
def run(monkeypatch) -> Callable[..., QueryParams]:
    """Runs a page as a whole, reached by a link or by Back, with an address that says what is given; returns that address."""
    state = {}
    monkeypatch.setattr(address.st, "session_state", state)

    def arrived(page: str, back: bool = False, **asked: str) -> QueryParams:
        params = QueryParams(dict(asked))
        context = SimpleNamespace(
            is_history_navigation=back, session_state=SimpleNamespace(query_params=lambda: nullcontext(params))
        )
        monkeypatch.setattr(address, "get_script_run_ctx", lambda **_: context)
        monkeypatch.setattr(address.st, "query_params", params)
        address.arrived(page)
        return params

    return arrived


def shown(said: list[str]) -> tuple[str, int]:
    """What a component shows that reads "frame" off the address and complains about an empty one."""

    def asked(warn: Callable[[str], object]) -> str:
        text = address.st.query_params.get("frame")
        if not text:
            warn("no frame")
        return text or "first"

    return address.kept("frame-kept", asked, said.append)


def test_the_first_address_counts_and_then_what_is_kept(run):
    said = []
    run("a", frame="3")
    assert shown(said) == ("3", 1)
    run("a", frame="5")  # run again by a control
    assert shown(said) == ("3", 1)
    run("b")
    run("a")  # by a link, whose address has nothing
    assert shown(said) == ("3", 1)
    assert said == []


def test_back_makes_the_address_count_once_and_in_silence(run):
    said = []
    run("a")
    assert shown(said) == ("first", 1)
    assert said == ["no frame"]
    run("a", back=True, frame="7")
    assert shown(said) == ("7", 2)
    assert shown(said) == ("7", 2)
    run("a", back=True)
    assert shown(said) == ("first", 3)
    assert said == ["no frame"]


def test_what_back_has_led_past_counts_when_it_is_drawn(run):
    run("a", frame="3")
    shown([])
    run("a", back=True, frame="7")  # with its tab closed
    run("a", frame="7")
    assert shown([]) == ("7", 2)


def test_back_to_another_page_and_a_link_from_there_leave_what_is_kept(run):
    run("a", frame="3")
    shown([])
    run("b", back=True)
    run("a")
    assert shown([]) == ("3", 1)
    run("b", back=True)
    run("a", back=True, frame="9")
    assert shown([]) == ("9", 2)
    run("b")
    run("a")
    assert shown([]) == ("9", 2)


def test_pickers_that_a_whole_run_does_not_draw_keep_their_values_in_the_address(run):
    params = run("a", axes="own")
    params.bind_widget("axes", "id-of-the-picker", "string_value", "script")
    address.get_script_run_ctx().session_state = SimpleNamespace(query_params=lambda: nullcontext(params))
    address.arrived("a")
    params.remove_stale_bindings(frozenset())
    assert params["axes"] == "own"
    params.bind_widget("axes", "id-of-the-picker", "string_value", "script")
    params.remove_stale_bindings(frozenset())  # else Streamlit has mended it, and address.arrived can do less
    assert "axes" not in params
