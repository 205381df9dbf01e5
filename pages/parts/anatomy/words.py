"""What the diagram of the page Anatomy says about each box: its sign, its name, its formula and a sentence."""

from typing import NamedTuple

from core.anatomy.flow import Anatomy
from core.anatomy.source import kind
from core.config import Objective, Scale, TrainConfig
from core.models import Autoencoder
from pages.common import lessons


class Name(NamedTuple):
    """What a box is called: its sign in LaTeX, the same without LaTeX, and in words. Layers are numbered where "{}" stands."""

    sign: str
    plain: str
    name: str


NAMES = {
    "x": Name("x", "x", "digit"),
    "encoder": Name("h_{}", "h{}", "encoder {}"),
    "mu": Name(r"\mu", "μ", "mean"),
    "logvar": Name(r"\log\sigma^2", "log σ²", "log variance"),
    "sigma": Name(r"\sigma", "σ", "spread"),
    "noise": Name(r"\varepsilon", "ε", "noise from outside"),
    "z": Name("z", "z", "code"),
    "decoder": Name("g_{}", "g{}", "decoder {}"),
    "x_hat": Name(r"\hat x", "x̂", "reconstruction"),
    "reconstruction": Name("D", "D", "error"),
    "kl": Name(r"\mathrm{KL}", "KL", "divergence"),
    "head": Name("h^c", "hᶜ", "class head"),
    "probabilities": Name("p", "p", "classes"),
    "classification": Name(r"\mathrm{CE}", "CE", "cross-entropy"),
    "total": Name("L", "L", "loss"),
}
LETTERS = {term: NAMES[term].plain for term in ("reconstruction", "kl", "classification")}
# What stands before each term in the total, as in core.losses.weighted_total with gamma = 1.
_WEIGHTS: dict[Scale, dict[str, str]] = {
    "notebook": {"reconstruction": r"\tfrac{1}{784}\,", "kl": r"\tfrac{\beta}{784}\,", "classification": r"\alpha\,"},
    "elbo": {"reconstruction": "", "kl": r"\beta\,", "classification": r"\alpha\,"},
}
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_UNITS: dict[Scale, str] = {"notebook": "", "elbo": " nats"}


def name(box: str) -> Name:
    """What a box is called, with the number of its layer."""
    found = NAMES[kind(box)]
    layer = box.partition(" ")[2]
    return Name(*(part.format(layer) for part in found)) if layer else found


def is_box(text: str) -> bool:
    """Whether some network's diagram has a box of that name."""
    if kind(text) not in NAMES:
        return False
    layer = text.partition(" ")[2]
    numbered = "{}" in NAMES[kind(text)].name
    return layer.isdecimal() and len(layer) == 1 if numbered else not layer


def explained(box: str, found: Anatomy, scale: Scale) -> tuple[str, str]:
    """The formula of a box, in LaTeX, and what it means."""
    if box == "total":
        return total(found, scale), lessons.section("anatomy", "box total")
    section = kind(box)
    if box == "z" and "noise" not in found.parts:
        section = "point"
    if box == "reconstruction":
        section = f"{box} {scale}"
    _, formula, words = lessons.section("anatomy", f"box {section}").split("$$", 2)
    if box not in found.convolved:
        formula = formula.replace(" * ", r"\, ")  # a product of a matrix and a vector
    return formula.strip(), words.strip()


def total(found: Anatomy, scale: Scale) -> str:
    """The loss as the sum of the terms that this network has."""
    signs = [_WEIGHTS[scale][term] + NAMES[term].sign for term in found.terms]
    return f"L = {' + '.join(signs)}"


def weight(term: str, scale: Scale) -> str:
    """What a term is multiplied with on its way into the total, in plain letters; empty for 1."""
    per = " / 784" if scale == "notebook" and term != "classification" else ""
    return {"reconstruction": f"×1{per}" if per else "", "kl": f"× β{per}", "classification": "× α"}[term].replace("×1 /", "÷")


def values(box: str, found: Anatomy, scale: Scale) -> str:
    """The numbers of a box in a few words."""
    if box == "total":
        parts = [f"{number(value)} from {NAMES[term].name}" for term, value in found.weighted.items()]
        return f"{number(found.total)}{_UNITS[scale]}: {' + '.join(parts)}"
    part = found.parts[box]
    if box in found.terms:
        unit = "" if box == "reconstruction" and scale == "notebook" else " nats"
        return f"{number(found.terms[box])}{unit}, {number(found.weighted[box])} of the total"
    if box == "probabilities":
        best = int(part.argmax())
        return f"most probable: {best}, {part[best]:.1%}; the true class {found.label}: {part[found.label]:.1%}"
    if part.dim() == 1 and len(part) <= 8:
        return ", ".join(f"{value:.2f}".replace("-", "−") for value in part.tolist())
    return f"{part.numel():,} numbers from {number(part.min().item())} to {number(part.max().item())}"


def short(box: str, found: Anatomy) -> str:
    """One number to stand under a box, or nothing."""
    return number(found.total) if box == "total" else number(found.terms[box]) if box in found.terms else ""


def number(value: float) -> str:
    """Three digits, whatever the size: 0.0364, 31.4, 1,234, 3.6·10⁻⁵; never -0, which floating-point numbers have."""
    value = value or 0.0
    if value and abs(value) < 1e-3:
        digits, _, power = f"{value:.1e}".partition("e")
        return f"{digits}·10{str(int(power)).translate(_RAISED)}".replace("-", "−")
    return f"{value:.3g}".replace("-", "−") if abs(value) < 999.5 else f"{value:,.0f}".replace("-", "−")


def trained(how: TrainConfig | None, objective: Objective, network: Autoencoder) -> str:
    """How the network was trained, where that is not what the controls say now."""
    if how is None:
        return "This network has not been trained: its weights are random."
    was = how.objective
    weights = [f"β = {was.beta:g}"] * network.variational + [f"α = {was.alpha:g}"] * network.classifies
    scale = "on the notebook’s scale" if was.scale == "notebook" else "on the ELBO’s scale"
    said = f"This network was trained {scale}{' with ' if weights else ''}{' and '.join(weights)}"
    same = was.scale == objective.scale and (was.beta, was.alpha) == (objective.beta, objective.alpha)
    return f"{said}." if same else f"{said}; the controls now ask for something else, and steps will lead there."
