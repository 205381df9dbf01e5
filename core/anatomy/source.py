"""The lines of this package that compute each tensor of `core.anatomy.flow`, as they stand in the files."""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from core import losses
from core.anatomy import flow
from core.config import Scale
from core.models import Autoencoder, Posterior

# For each function, the beginning of a line and the boxes of the diagram that the line computes. "encoder" and "decoder" stand
# for all of their layers; z is a draw or, where there is no posterior, a point.
_MARKS: tuple[tuple[Callable, dict[str, tuple[str, ...]]], ...] = (
    (
        Autoencoder.encode,
        {"h = self.trunk(x)": ("x", "encoder"), "return Posterior(self.to_mu(h)": ("mu", "logvar", "z:point")},
    ),
    (flow.draw_noise, {"return torch.randn(": ("noise",)}),
    (
        Posterior.sample,
        {
            "return self.mu": ("z:point",),
            "return self.mu + (0.5 * self.logvar).exp() * noise": ("mu", "sigma", "noise", "z:draw"),
        },
    ),
    (Autoencoder.decode_logits, {"return self.decoder(z)": ("decoder",)}),
    (Autoencoder.decode, {"return self.decode_logits(z).sigmoid()": ("x_hat",)}),
    (Autoencoder.classify, {"return self.class_head(z)": ("head", "probabilities")}),
    (losses.squared_error, {"return (x_hat - x).square()": ("reconstruction",)}),
    (losses.bernoulli_cross_entropy, {"return F.binary_cross_entropy_with_logits(": ("reconstruction",)}),
    (losses.kl_per_dimension, {"return 0.5 * (mu.square()": ("kl",)}),
    (losses.classification_cross_entropy, {"return F.cross_entropy(": ("probabilities", "classification")}),
    (
        losses.loss_terms,
        {
            "posterior = model.encode(x)": ("x", "encoder", "mu", "logvar"),
            "z = posterior.sample(noise)": ("sigma", "noise", "z:draw", "z:point"),
            "logits = model.decode_logits(z)": ("decoder",),
            'terms = {"reconstruction": bernoulli_cross_entropy': ("reconstruction",),
            'terms = {"reconstruction": squared_error': ("x_hat", "reconstruction"),
            'terms["kl"] = ': ("kl",),
            'terms["classification"] = ': ("head", "probabilities", "classification"),
        },
    ),
    (
        losses.weighted_total,
        {
            "total = objective.gamma": ("reconstruction", "total"),
            "total = total + beta": ("kl", "total"),
            "total = total + objective.alpha": ("classification", "total"),
        },
    ),
)


@dataclass(frozen=True)
class Line:
    """A line of code and the boxes that it computes; most lines compute none."""

    text: str
    boxes: tuple[str, ...]


@dataclass(frozen=True)
class Excerpt:
    """One function: where it is, and its lines."""

    title: str
    lines: tuple[Line, ...]


def excerpts(boxes: Iterable[str], scale: Scale) -> list[Excerpt]:
    """The functions that compute these boxes on this scale, in the order of the computation."""
    wanted = {kind(box) for box in boxes}
    other = losses.squared_error if scale == "elbo" else losses.bernoulli_cross_entropy
    functions = [
        f
        for f, marks in _MARKS
        if f is not other and any({box.partition(":")[0] for box in named} & wanted for named in marks.values())
    ]
    return [_kept(f, wanted) for f in functions]


def kind(box: str) -> str:
    """What stands for all layers of one half: "encoder 2" -> "encoder"."""
    return box.partition(" ")[0]


def _kept(function: Callable, wanted: set[str]) -> Excerpt:
    found, z = _excerpt(function), "z:draw" if "noise" in wanted else "z:point"
    lines = []
    for line in found.lines:
        idle = "total" in line.boxes and line.boxes[0] not in wanted  # adds a term that this network has not
        boxes = () if idle else ("z" if box == z else box for box in line.boxes)
        lines.append(Line(line.text, tuple(box for box in boxes if box in wanted)))
    return Excerpt(found.title, tuple(lines))


@cache
def _excerpt(function: Callable) -> Excerpt:
    marks = dict(_MARKS)[function]
    source = inspect.cleandoc("\n" + inspect.getsource(function)).splitlines()
    boxes: dict[int, tuple[str, ...]] = {}
    for beginning, named in marks.items():
        boxes[_line_of(beginning, source, function)] = named
    lines = tuple(Line(text, boxes.get(i, ())) for i, text in enumerate(source))
    return Excerpt(f"{function.__module__.replace('.', '/')}.py: {function.__qualname__}", lines)


def _line_of(beginning: str, source: list[str], function: Callable) -> int:
    """The number of the one line that is, or else begins with, these words. Raises ValueError."""
    stripped = [line.strip().partition("  #")[0] for line in source]
    same = [i for i, line in enumerate(stripped) if line == beginning]
    found = same or [i for i, line in enumerate(stripped) if line.startswith(beginning)]
    if len(found) != 1:
        raise ValueError(f"{function.__qualname__} has {len(found)} lines that begin with {beginning!r}, not 1")
    return found[0]
