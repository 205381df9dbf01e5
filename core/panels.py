"""Several models' latent spaces side by side, and what was changed from one to the next."""

from collections.abc import Mapping
from typing import Any

from core.models import ARCHITECTURES

Entry = Mapping[str, Any]
PLAIN, CLASSIFYING = "without a class head", "with a class head"


def changes(before: Entry, after: Entry) -> list[str]:
    """What differs between two manifest entries' networks and training runs, as short phrases: "β 1 → 30".

    Titles, files and measurements are left out; so are the weights of terms that neither network has.
    """
    found = []
    old, new = _facts(before), _facts(after)
    for name in old | new:
        if old.get(name) != new.get(name):
            found.append(f"{name} {old.get(name, 'none')} → {new.get(name, 'none')}")
    return found


def _facts(entry: Entry) -> dict[str, str]:
    model, train = entry["model"], entry["train"]
    objective = train["objective"]
    network = ARCHITECTURES[model["architecture"]]
    classifies = "multistage" in model["architecture"]
    facts = {
        "class head": "yes" if classifies else "no",
        "network": "one for every β" if network.conditional else model["architecture"].removeprefix("multistage-").split("-")[0],
        "code": f"{model['latent_dim']} numbers",
        "layers": "-".join(map(str, model["hidden"])) or "default",
        "scale of the loss": objective["scale"],
        "weight of the squared error": f"{objective['gamma']:g}",
        "β": "all" if objective["beta_range"] else f"{objective['beta']:g}",
    }
    if classifies:
        facts["weight of the class term"] = f"{objective['alpha']:g}"
    for name in ("epochs", "batch_size", "learning_rate", "seed"):
        facts[name.replace("_", " ")] = f"{train[name]:g}"
    return facts
