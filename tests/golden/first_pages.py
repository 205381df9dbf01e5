"""The golden addresses of Start, Reconstruction, Anatomy and Latent map."""

from tests.golden.entries import (
    DRAWING,
    EVERY,
    FLAT_AE,
    FLAT_MULTI,
    FLAT_VAE,
    HUGE_AE,
    LARGE_AE,
    MULTI,
    MULTI_30,
    SEVEN,
    UPLOAD,
    VAE,
    of_page,
)

START = of_page(
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

RECONSTRUCTION = of_page(
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

ANATOMY = of_page(
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

LATENT_MAP = of_page(
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
        "two pins",
        "A plain autoencoder has no posterior; two pins make a way of frames, and the judge reads each.",
        {"model": FLAT_AE, "pins": "-4_3~5_-2", "grid": "where the codes lie", "digit": "50"},
    ),
)

ENTRIES = START + RECONSTRUCTION + ANATOMY + LATENT_MAP
