"""The forty addresses of the golden set, and what each of them guards.

They stand at the seams: where a page has two models, two values of β, codes of two sizes, a picture from the address, a value
that has to be corrected. Another entry is a few lines here and one run of `python -m tests.golden`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

DRAWING = "sGAmgAYwBUDF4HhRQTzxQPCduYxRPJw"  # a 3, one stroke; how strokes become pixels is shown with it
UPLOAD = (  # a 5; its 784 pixels as they are
    "peNpjYBgYsO3v3_MtLby8vFxADjc7spTMvT8g8PfPn-cTJ058ew5Z0unPp_Ljz0FyYLCDFUlu5Z8tDAwqISHxZ868-_NmrgGSlPRTkBwEmHgYoLhE6glCDgOs_PM-hweHn"
    "P7DP3_KOXFINgJd97woE6scs94zkP8-LkvCKp255uP_v0CwUJkJm3Tuhucgr8-XxKqZL2HbI6AkEw5nJQBdheRktZCtjTC25-s_f_oRUlo7_pxwhzD1EoBSD9LhUqxbP0"
    "TwgRiBYTNfAZ3yQA-hze3P95tg8BsUR0-rJJAsZz8HjTZQ_G02QXUZe_gskMyJ5npubhaGAQMAhkiOMw"
)
SEVEN = (  # another upload, a 7
    "peNpjYBhSQPbv_7_9hYVFRoWFRuhywtf-_gGCv2___HkbxokmmQeRAxPS6DpDQorv33-LXQ4MCkFy-3iwyv3_CwT-WKXqQPbVY_dJD1DuazhWKeHrQLkLWKUUZoL8EIJVzv"
    "IvMHCOYA-2EyC_H8YqVwoOlyVY5R6C5D4ZYpOy_wCSi8SqrQgUJP_xBCWOYI74hluO4SJQ7oMEdjm1u3_-2FMlgQEATkJ3oQ"
)

VAE, MULTI = "VAE β=1, 16-d", "Multi-stage VAE β=1, 16-d"
MULTI_30, MULTI_100 = "Multi-stage VAE β=30, 16-d", "Multi-stage VAE β=100, 16-d"
FLAT_VAE, FLAT_MULTI, FLAT_AE = "Dense VAE, 2-d", "Multi-stage VAE β=1, 2-d", "Convolutional AE, 2-d"
LARGE_AE, HUGE_AE = "Dense AE, 30-d", "Over-large AE, 784-d"
EVERY, EVERY_MULTI = "Every-β VAE, 2-d", "Every-β multi-stage VAE, 16-d"
AGAIN = f"{EVERY}, second β"


@dataclass(frozen=True)
class Entry:
    """One address: the page, a name within it, what it guards, and the parameters."""

    page: str  # as in its address; "start" is the first page
    name: str
    guards: str
    params: Mapping[str, str | Sequence[str]]

    @property
    def address(self) -> str:
        """The path and the query, as a visitor would paste them."""
        path = "/" if self.page == "start" else f"/{self.page}"
        return f"{path}?{urlencode(self.params, doseq=True)}".rstrip("?")

    @property
    def key(self) -> str:
        return f"{self.page}: {self.name}"


def _page(page: str, prefix: str, *entries: tuple[str, str, dict[str, str | Sequence[str]]]) -> tuple[Entry, ...]:
    """Entries of one page. Names get the page's prefix, but `own`, the picture; `page-own` is the switch that shows it."""

    def named(name: str) -> str:
        return name if name == "own" else f"{prefix}-{name.removeprefix('page-')}"

    return tuple(
        Entry(page, name, guards, {named(key): value for key, value in params.items()}) for name, guards, params in entries
    )


START = _page(
    "start",
    "start",
    ("first view", "What everybody sees first: the draws, the digit decoded from z, the bounds, the architectures.", {}),
    (
        "a code far out",
        "Sliders at a negative and a large value: the decoded digit, the real one most like it and both charts follow one z.",
        {"z1": "2.5", "z2": "-1.35", "digit": "7"},
    ),
    (
        "corrected",
        "A value beyond the slider, a class that there is not and a picture that is none: each is named.",
        {"z1": "7", "digit": "12", "own": "sNOPICTURE"},
    ),
)

RECONSTRUCTION = _page(
    "reconstruction",
    "rec",
    (
        "first view",
        "The usual models over the usual digits; readings, posteriors and errors of the digit that stands for one's own.",
        {},
    ),
    (
        "four sizes and error maps",
        "Codes of 2, 16, 30 and 784 numbers side by side: each card shows its own code, and errors stand under their own row.",
        {"models": [FLAT_VAE, VAE, LARGE_AE, HUGE_AE], "pictures": "only 8s", "draw": "7", "errors": "true"},
    ),
    (
        "a drawing",
        "Strokes in the address become pixels, which two multi-stage models read; one has 2 numbers and one 16.",
        {"own": DRAWING, "models": [FLAT_MULTI, MULTI]},
    ),
    (
        "an upload and no digits",
        "Pixels in the address are read as they are; two values of β on one page; shapes instead of digits below.",
        {"own": UPLOAD, "models": [MULTI, MULTI_30], "pictures": "no digits at all"},
    ),
    (
        "corrected",
        "Five models, of which one does not exist, a draw of 0 and a choice that there is not: each is named.",
        {"models": [VAE, "No such model", FLAT_AE, MULTI, LARGE_AE, FLAT_VAE], "draw": "0", "pictures": "only 11s"},
    ),
)

ANATOMY = _page(
    "anatomy",
    "ana",
    ("first view", "Every tensor of the usual network, the formulas, and the pulls before the first step.", {}),
    (
        "the KL box at β = 30",
        "A box, β, α and the other scale of the loss: weights, total and pulls follow them; noise 0 makes z equal to μ.",
        {"model": FLAT_MULTI, "box": "kl", "beta": "30", "alpha": "3", "scale": "ELBO, in nats", "noise": "0"},
    ),
    (
        "plain autoencoder",
        "A network without σ has neither KL nor noise, and no β is asked for.",
        {"model": LARGE_AE, "box": "reconstruction", "digit": "6"},
    ),
    (
        "an upload",
        "One's own digit goes through the network as the class that Digit says, with the draw that the address names.",
        {"own": SEVEN, "page-own": "true", "digit": "7", "noise": "5", "model": MULTI_30},
    ),
    (
        "corrected",
        "A box, a β, a draw and a class that there are not: each is named, and the usual is shown.",
        {"box": "nowhere", "beta": "7", "noise": "-1", "digit": "11"},
    ),
)

LATENT_MAP = _page(
    "latent_map",
    "map",
    (
        "first view",
        "A plane of two numbers: the digit's posterior and neighbours to scale, distances between classes, the decoded plane.",
        {},
    ),
    (
        "every-β network",
        "A network for every β is decoded in the browser at β = 1, with the scales and shifts of that β.",
        {"model": EVERY, "digit": "4321", "points": "true"},
    ),
    (
        "PCA through a digit",
        "A cut through 16 numbers along other components, through the picked digit; the code nearest to the pin lies off it.",
        {"model": MULTI, "axes": "2 and 3", "through": "the picked digit", "digit": "777", "pins": "1.5_-0.8"},
    ),
    (
        "t-SNE",
        "A map that has no way back: the kept neighbours, the picked digit and its rings, another network's matrix below.",
        {"model": VAE, "by": "t-SNE", "digit": "2600"},
    ),
    (
        "a drawing off the numbered digits",
        "One's own digit on the map of a multi-stage model: its place, its posterior, its neighbours.",
        {"own": DRAWING, "page-own": "true", "model": FLAT_MULTI},
    ),
    (
        "two pins and every model",
        "A plain autoencoder has no posterior; two pins make a way of frames; the closed table of all models is open.",
        {"model": FLAT_AE, "pins": "-4_3~5_-2", "grid": "where the codes lie", "all": "true", "digit": "50"},
    ),
)

KL_BETA = _page(
    "kl_beta",
    "kl",
    ("first view", "The usual network at β = 1: numbers, map, curve, pictures and each dimension's KL.", {}),
    (
        "collapse",
        "β = 30 on 16 numbers: which dimensions are silent, the alarm that names the collapse, strips from a digit.",
        {"network": EVERY_MULTI, "beta": "30", "start": "a 7", "draw": "2"},
    ),
    (
        "an upload at a small β",
        "The posterior and the KL of one's own digit at the β of the slider, and not at another one.",
        {"own": UPLOAD, "page-own": "true", "beta": "0.1"},
    ),
    (
        "an upload at a large β",
        "The same digit at β = 10: the axes of its ellipse on the map are others.",
        {"own": UPLOAD, "page-own": "true", "beta": "10", "pins": "0.5_0.5"},
    ),
    (
        "playground",
        "A tab opened by the address; Q rules an outcome out, so one divergence is infinite; a Gaussian far from the prior.",
        {"tab": "KL playground", "p": "30-30-20-10-10", "q": "40-30-20-10-0", "mu": "-2.2", "sigma": "1.65"},
    ),
    (
        "three maps of 16 numbers",
        "Three models on planes of their own, each with its own distances; the third at another β; a pin on the second.",
        {"tab": "Three maps", "third-16": "β = 100", "maps-16-pins": "2:1_0.5"},
    ),
    (
        "corrected, and the notebook's β",
        "A β between two stops and a network that there is not are named; the table of translations begins with another row.",
        {"beta": "7.3", "network": "No such network", "notebook": "20"},
    ),
)

TRANSITIONS = _page(
    "transitions",
    "tra",
    (
        "a frame of an arc",
        "Codes of 2 and of 16 numbers walk in step; the animation stands at the frame of the address; an arc, not a line.",
        {"models": [FLAT_VAE, MULTI], "from": "3", "to": "8", "path": "Arc (slerp)", "frame": "5", "frames": "9"},
    ),
    (
        "a chain with other frames",
        "A chain of classes, four frames a leg; it is closed, so it goes round.",
        {"walk": "A chain of classes", "chain": "0-4-9-0", "leg": "4", "frame": "6"},
    ),
    (
        "from a drawing, off the path",
        "A walk from one's own digit to a real one with an overshoot; the planes below show both posteriors.",
        {"walk": "Two digits", "own": DRAWING, "own-from": "true", "to": "9", "to-digit": "12", "beyond": "20", "off": "true"},
    ),
    (
        "all 45 pairs",
        "The table of all pairs, of the usual two models: each model's matrix is its own.",
        {"pairs": "true", "from": "4", "to": "7"},
    ),
    (
        "corrected",
        "A frame, a class and an overshoot that there are not, and a model that serves every β: each is named.",
        {"frame": "99", "from": "12", "beyond": "35", "models": [FLAT_MULTI, EVERY]},
    ),
)

COMPARE = _page(
    "compare",
    "cmp",
    ("first view", "Two models that differ in their class head: banner, readings, the same digits by both.", {}),
    (
        "one network at two values of β",
        "The same network twice, at β = 0.3 and 10, on maps with one cursor: codes and decoders are those of each β.",
        {
            "models": [EVERY, AGAIN],
            "beta-every-beta-vae-2": "0.3",
            "beta-every-beta-vae-2-again": "10",
            "tab": "Maps",
            "pins": "0.8_-0.6",
        },
    ),
    (
        "four maps and an upload",
        "One's own digit on four maps of 2 and 16 numbers, each with the posterior of its own model.",
        {
            "models": [FLAT_VAE, FLAT_MULTI, VAE, MULTI_30],
            "own": SEVEN,
            "page-own": "true",
            "tab": "Maps",
            "axes": "Each map its own",
        },
    ),
    (
        "samples along one number",
        "All models decode the same codes; the number that moves is the one of the address.",
        {"models": [VAE, MULTI, MULTI_100], "tab": "Samples", "points": "Along one number of z", "number": "4"},
    ),
    (
        "transitions of three models",
        "Walks of three models in step, with the shares of third classes of each.",
        {"models": [FLAT_VAE, VAE, MULTI], "tab": "Transitions", "from": "4", "to": "9", "frame": "4"},
    ),
    (
        "confusion",
        "Classes read by the nearest codes, for a plain autoencoder and a multi-stage model.",
        {"models": [LARGE_AE, MULTI], "tab": "Confusion", "reader": "10 nearest codes, all models"},
    ),
    (
        "numbers of four models",
        "A network for every β, at the β of the address, beside three whose β is fixed; a model and a draw are corrected.",
        {
            "models": [EVERY, VAE, MULTI_100, HUGE_AE, "No such model"],
            "beta-every-beta-vae-2": "3",
            "tab": "Numbers",
            "draw": "1.5",
        },
    ),
)

TRAIN = _page(
    "train",
    "train",
    (
        "before training",
        "A network with random weights, as the seed of the address makes it, and nothing that has to be waited for.",
        {"seed": "3"},
    ),
    (
        "another network, corrected",
        "Architecture, code and scale of the address, the class head's weight on that scale; a time and a β are corrected.",
        {
            "model": "Convolutional multi-stage VAE",
            "code": "16",
            "loss": "MSE + β KL / 784",
            "seconds": "9999",
            "beta": "-1",
            "seed": "7",
        },
    ),
)

ENTRIES = START + RECONSTRUCTION + ANATOMY + LATENT_MAP + KL_BETA + TRANSITIONS + COMPARE + TRAIN
PAGES = tuple(dict.fromkeys(entry.page for entry in ENTRIES))
