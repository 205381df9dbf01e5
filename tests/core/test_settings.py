"""What the environment says: the defaults, what is read, and nonsense refused with a sentence that names the variable."""

import re
from pathlib import Path

import pytest

from core import settings
from core.datasets import DatasetError, data_folder, mnist
from core.settings import SETTINGS, SettingError

ROOT = Path(__file__).parents[2]
WRONG = {
    "LATENT_LAB_DATA": [__file__],
    "LATENT_LAB_OFFLINE": ["maybe", "2"],
    "LATENT_LAB_PREPARE": ["maybe", "2"],
    "LATENT_LAB_WORKERS": ["0", "-1", "many", "1.5", "inf", "1e300"],
    "LATENT_LAB_MAX_SECONDS": ["much", "0", "-5", "nan", "inf", "0.05", "1e300"],
    "LATENT_LAB_MAX_PAUSE": ["much", "0", "-5", "nan", "inf"],
    "LATENT_LAB_MAX_PARAMETERS": ["0", "abc", "2.5"],
    "LATENT_LAB_MAX_WAITING": ["0", "0.5", "abc"],
    "LATENT_LAB_RAY": ["nonsense", "host:0", "host:70000", "host:port", "http://host:1/path"],
}
RIGHT = [
    ("LATENT_LAB_DATA", "somewhere", Path("somewhere")),
    ("LATENT_LAB_OFFLINE", "1", True),
    ("LATENT_LAB_OFFLINE", "Yes", True),
    ("LATENT_LAB_OFFLINE", "false", False),
    ("LATENT_LAB_PREPARE", "0", False),
    ("LATENT_LAB_WORKERS", "3", 3),
    ("LATENT_LAB_MAX_SECONDS", "0.5", 0.5),
    ("LATENT_LAB_MAX_SECONDS", " 600 ", 600),
    ("LATENT_LAB_MAX_PARAMETERS", "5e6", 5_000_000),
    ("LATENT_LAB_MAX_WAITING", "1", 1),
]


def test_every_setting_has_wrong_values_here_and_a_line_in_the_readme():
    assert WRONG.keys() == SETTINGS.keys()
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(LATENT_LAB_\w+)` \|", readme, re.MULTILINE)) == SETTINGS.keys()


def test_no_other_place_reads_the_environment():
    for path in [*ROOT.glob("core/**/*.py"), *ROOT.glob("pages/**/*.py"), ROOT / "app.py"]:
        if path != Path(settings.__file__):
            assert not re.search(r"environ(\.get\(|\[)|getenv", path.read_text(encoding="utf-8")), path


@pytest.mark.parametrize("name", SETTINGS)
def test_the_default_where_nothing_is_said(name):
    assert settings.value(name, {}) == settings.value(name, {name: ""}) == settings.value(name, {name: " "})
    assert settings.value(name, {}) == SETTINGS[name].default
    settings.check({})


@pytest.mark.parametrize(("name", "text", "expected"), RIGHT)
def test_what_is_said(name, text, expected):
    assert settings.value(name, {name: text}) == expected
    settings.check({name: text})


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in WRONG.items() for text in texts])
def test_nonsense_is_refused_with_the_variable_its_value_and_what_it_must_be(name, text):
    for read in (lambda: settings.value(name, {name: text}), lambda: settings.check({"HOME": "x", name: text})):
        with pytest.raises(SettingError) as caught:
            read()
        assert str(caught.value).startswith(f"{name} must be ")
        assert repr(text) in str(caught.value)


def test_all_that_is_wrong_is_said_at_once_and_a_slip_of_the_pen_is_named():
    with pytest.raises(SettingError) as caught:
        settings.check({"LATENT_LAB_MAX_SECOND": "5", "LATENT_LAB_WORKERS": "0", "LATENT_LAB_OFFLINE": "1"})
    slip, workers = str(caught.value).splitlines()
    assert slip.startswith("There is no setting LATENT_LAB_MAX_SECOND;")
    assert workers.startswith("LATENT_LAB_WORKERS must be")


def test_a_cluster_needs_ray(monkeypatch):
    monkeypatch.setattr(settings, "find_spec", lambda _: None)
    with pytest.raises(SettingError, match=r"requirements-ray\.txt"):
        settings.value("LATENT_LAB_RAY", {"LATENT_LAB_RAY": "127.0.0.1:6379"})
    monkeypatch.setattr(settings, "find_spec", lambda name: name)
    for address in ("auto", "127.0.0.1:6379", "ray://head.example.org:10001", "[::1]:6379"):
        assert settings.value("LATENT_LAB_RAY", {"LATENT_LAB_RAY": address}) == address


def test_whoever_asks_for_the_data_gets_the_sentence(monkeypatch):
    monkeypatch.setenv("LATENT_LAB_DATA", __file__)
    for ask in (data_folder, lambda: mnist.__wrapped__("test")):
        with pytest.raises(DatasetError, match="LATENT_LAB_DATA must be a folder"):
            ask()
