"""The golden addresses of KL and β, Transitions, Compare and Train."""

from tests.golden.entries import (
    AGAIN,
    DRAWING,
    EVERY,
    EVERY_MULTI,
    FLAT_MULTI,
    FLAT_VAE,
    HUGE_AE,
    LARGE_AE,
    MULTI,
    MULTI_30,
    MULTI_100,
    SEVEN,
    UPLOAD,
    VAE,
    of_page,
)

KL_BETA = of_page(
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

TRANSITIONS = of_page(
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

COMPARE = of_page(
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

TRAIN = of_page(
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

ENTRIES = KL_BETA + TRANSITIONS + COMPARE + TRAIN
