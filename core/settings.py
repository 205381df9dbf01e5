"""What whoever runs the lab can set: environment variables, each with its default, read and checked in this one place.

A value that cannot be used is refused with a sentence when the server starts (see app.py), and where a script comes to need it.
An empty variable counts as one that is not set.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from re import fullmatch
from typing import Any

from core.checked import LARGEST

PREFIX = "LATENT_LAB_"
_ON, _OFF = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


def _data() -> Path:
    """`data` beside the code; of a copy that pip has installed, a folder of its user's."""
    here = Path(__file__).parents[1]
    return Path.home() / ".cache" / "latent-lab" if here.name in ("site-packages", "dist-packages") else here / "data"


class SettingError(ValueError):
    """An environment variable that cannot be used; the message names it, says what it was and what it must be."""


@dataclass(frozen=True)
class Setting:
    """One variable: its value where it is not set, and how its text is read."""

    default: Any
    read: Callable[[str], Any]  # raises ValueError, whose message ends the sentence "NAME must be ..."


def _number(low: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        value = _float(text)
        if not low <= value <= LARGEST:  # NaN is in no range
            raise ValueError(f"a number from {low:g} to {LARGEST:,}")
        return value

    return read


def _whole(low: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        value = _float(text)
        if not (low <= value <= LARGEST and value.is_integer()):
            raise ValueError(f"a whole number from {low:,} to {LARGEST:,}")
        return int(value)

    return read


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _switch(text: str) -> bool:
    if text.lower() not in _ON + _OFF:
        raise ValueError("1 (on) or 0 (off)")
    return text.lower() in _ON


def _folder(text: str) -> Path:
    folder = Path(text)
    if folder.exists() and not folder.is_dir():
        raise ValueError("a folder, and there is a file of this name")
    return folder


def _cluster(text: str) -> str:
    port = fullmatch(r"(?:ray://)?[^\s/:]+:(\d{1,5})|(?:ray://)?\[[0-9a-fA-F:.]+\]:(\d{1,5})", text)
    if text != "auto" and not (port and 0 < int(port[1] or port[2]) < 2**16):
        raise ValueError("the address of a Ray cluster, HOST:PORT")
    if find_spec("ray") is None:
        raise ValueError("left out unless Ray is installed; install requirements-ray.txt")
    return text


SETTINGS: dict[str, Setting] = {
    "LATENT_LAB_DATA": Setting(_data(), _folder),  # of the full MNIST
    "LATENT_LAB_OFFLINE": Setting(False, _switch),  # nothing is downloaded
    "LATENT_LAB_PREPARE": Setting(True, _switch),  # what other pages show is computed before anybody opens them
    "LATENT_LAB_WORKERS": Setting(max(1, (os.cpu_count() or 2) - 1), _whole(1)),  # runs at once; one core is left to answer
    "LATENT_LAB_MAX_SECONDS": Setting(60.0, _number(0.1)),  # of training
    "LATENT_LAB_MAX_PAUSE": Setting(300.0, _number(0.1)),  # seconds that the pauses of one run may last together
    "LATENT_LAB_MAX_PARAMETERS": Setting(5_000_000, _whole(1)),  # of a network
    "LATENT_LAB_MAX_WAITING": Setting(200, _whole(1)),  # runs in the queue
    "LATENT_LAB_RAY": Setting(None, _cluster),  # where trainings run instead of on this machine
}
_OF_TESTS = {"LATENT_LAB_REQUIRE_BROWSER"}


def value(name: str, environment: Mapping[str, str] = os.environ) -> Any:
    """A setting's value, the default where nothing is said. Raises SettingError for one that cannot be used."""
    text = environment.get(name, "").strip()
    if not text:
        return SETTINGS[name].default
    try:
        return SETTINGS[name].read(text)
    except ValueError as error:
        shown = text if len(text) <= 300 else text[:299] + "…"
        raise SettingError(f"{name} must be {error}. It is {shown!r}. Change the variable or unset it.") from None


def check(environment: Mapping[str, str] = os.environ) -> None:
    """Raises SettingError with a sentence for each variable that cannot be used, or that there is not."""
    wrong = []
    for name in sorted(name for name in environment if name.startswith(PREFIX) and name not in _OF_TESTS):
        if name not in SETTINGS:
            wrong.append(f"There is no setting {name}; there are {', '.join(SETTINGS)}. Correct the variable or unset it.")
            continue
        try:
            value(name, environment)
        except SettingError as error:
            wrong.append(str(error))
    if wrong:
        raise SettingError("\n".join(wrong))
