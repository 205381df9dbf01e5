"""Mutated and hand-made model files against `core.model_file.read`: a model or a ModelFileError, and no memory spent before."""

import json
import random
import tracemalloc
from collections.abc import Iterator
from math import inf, nan
from typing import Any

from core import model_file
from core.config import ModelConfig, Objective, TrainConfig
from core.model_file import Facts, ModelFileError, OwnModel
from core.models import build
from core.weights import to_bytes
from tests.fuzz.mutate import mutated

CONFIG = ModelConfig("dense-multistage-vae", 3, (16,))
ROOM = 60_000_000  # bytes that refusing a file may take: three times the largest file

_NUMBERS = (-1, 0, 1, 2**31, 2**63, 2**64, 10**30, 10**400, 1.5, 1e308, inf, nan, "1", None, True, [], {}, [[1]])
_TEXTS = ("", "F64", "I8", "BF16", "dense-vae", "../../etc/passwd", "x" * 10_000, "\0", "<b>", "\ud800")


def outcome(seed: int, count: int) -> Iterator[tuple[str, str]]:
    """For each of `count` files: what became of it, and what was wrong with that, if anything."""
    rng, good = random.Random(seed), good_file()
    for number in range(count):
        data = mutated(rng, [good]) if rng.random() < 0.3 else with_header(good, hostile(rng, header_of(good)))
        yield read(data, f"model {number} of seed {seed}")


def read(data: bytes, name: str) -> tuple[str, str]:
    """What `model_file.read` makes of a file."""
    tracemalloc.start()
    try:
        found = model_file.read(data)
    except ModelFileError as error:
        said = str(error)
        spent = tracemalloc.get_traced_memory()[1]
        trouble = "" if spent < ROOM and len(said) < 2000 else f"{name}: refused after {spent:,} bytes: {said[:200]!r}"
        return "refused: " + said.split(":")[0][:60], trouble
    except Exception as error:
        return type(error).__name__, f"{name}: {type(error).__name__}: {error}"
    finally:
        tracemalloc.stop()
    fine = isinstance(found, OwnModel) and all(bool(p.isfinite().all()) for p in found.model.parameters())
    return "read", "" if fine else f"{name}: a model that is none"


def good_file() -> bytes:
    """What the page hands out."""
    facts = Facts("My model", 4000, 120, 4.5, 0.04)
    return model_file.write(to_bytes(build(CONFIG).state_dict()), CONFIG, TrainConfig(Objective("elbo"), seconds=5.0), facts)


def header_of(data: bytes) -> dict[str, Any]:
    """The header, with the configuration inside it as an object."""
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    header["__metadata__"]["latent_lab"] = json.loads(header["__metadata__"]["latent_lab"])
    return header


def with_header(data: bytes, header: Any) -> bytes:
    """The same tensors under another header."""
    body = data[8 + int.from_bytes(data[:8], "little") :]
    try:
        if isinstance(header.get("__metadata__", {}).get("latent_lab"), dict | list):
            header["__metadata__"]["latent_lab"] = json.dumps(header["__metadata__"]["latent_lab"])
    except AttributeError:
        pass
    text = json.dumps(header).encode("utf-8", "surrogatepass")
    return len(text).to_bytes(8, "little") + text + body


def hostile(rng: random.Random, header: dict[str, Any]) -> Any:
    """The header with one to three of its values, anywhere inside, replaced, removed, doubled or nested deeply."""
    for _ in range(rng.randint(1, 3)):
        places = list(_places(header))
        holder, key = rng.choice(places)
        change = rng.randrange(5)
        if change == 0 and isinstance(holder, dict):
            holder.pop(key)
        elif change == 1 and isinstance(holder, dict):
            holder[rng.choice(_TEXTS)] = holder[key]
        elif change == 2:
            holder[key] = _nested(rng.choice((5, 300)))
        else:
            holder[key] = rng.choice(_NUMBERS + _TEXTS)
    return header


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(items):
        yield value, key
        if not isinstance(inner, list) or len(inner) != 1:  # not into what `_nested` made
            yield from _places(inner)


def _nested(depth: int) -> list:
    """A list in a list in a list."""
    value: list = []
    for _ in range(depth):
        value = [value]
    return value
