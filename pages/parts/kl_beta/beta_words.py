"""What the numbers at one beta mean, in sentences that take every number from the measurement."""

from core.divergence.beta import LIVE, SWEEP, Look
from core.maps.view import Clusters

MANY = 1_000_000


def verdict(here: Look, blind_mse: float, plain_rate: float | None) -> tuple[str, str]:
    """Whether the code has collapsed, and what that means.

    `plain_rate` is the rate of the network without a class head, in nats, where there is one to compare.
    """
    size, active = len(here.active), sum(here.active)
    left = f"The code carries {here.rate:.2f} nats, so it tells at most {_count(here.told_apart)} digits apart."
    images = f"MSE {here.mse:.4f}, and drawing the mean image every time has {blind_mse:.4f}."
    if here.collapse == "all":
        return "Posterior collapse:", f"of {size} dimensions {active or 'none'} still vary, by next to nothing. {left} {images}"
    if here.collapse == "some":
        name, text = "Collapse has begun:", f"{_silent(size - active, size)} silent, the same for every digit."
    else:
        name, text = "No collapse:", f"{'both' if size == 2 else f'all {size}'} dimensions vary from digit to digit."
    held = ""
    if plain_rate is not None and plain_rate < here.rate:
        held = f" The class head holds the code up: without one, {plain_rate:.2f} nats are left at this β."
    return name, f"{text} {left} {images}{held}"


def _silent(count: int, size: int) -> str:
    return f"{count} of {size} dimensions {'is' if count == 1 else 'are'}"


def about_strips(start: str | None, own: str | None) -> str:
    """What the bars of the dimensions and the strips beside them show; `start` and `own` name the digit they start from."""
    others = f"the code of {own or start}" if own or start else "0"
    bars = f" Bars: {own}; lines across them: the mean over {LIVE:,} digits, by which they are ordered." if own else ""
    return (
        f"**Each dimension, by its KL.**{bars} Its strip lets that one number run from {SWEEP[0]:g} to {SWEEP[-1]:g} "
        f"and keeps the others at {others}."
    )


def parting(before: Clusters, after: Clusters) -> str:
    """What a class head does to the distances between classes, with β as it was."""
    moved = _moved("mean distance between two centroids", before.mean_distance, after.mean_distance, "")
    apart = after.mean_distance > before.mean_distance and after.separation > before.separation
    opening = "**The clusters part.**" if apart else "**Here the clusters do not part.**"
    spreads = _moved("in units of the spread within a class", before.separation, after.separation, "")
    return f"{opening} With the class head the {moved}; {spreads}."


def closing(before: Clusters, after: Clusters) -> str:
    """What a larger β does to the distances between classes, on three scales, which need not agree."""
    closer = after.mean_distance < before.mean_distance
    opening = "**The clusters close up**" if closer else "**The clusters do not close up**"
    text = f"{opening} in latent units: the {_moved('mean distance', before.mean_distance, after.mean_distance, '')}"
    old, new = before.distance_in_sigmas, after.distance_in_sigmas
    if old is not None and new is not None:
        text += f", and {_moved('counted in the posteriors’ own σ', old, new, ' σ')}"
    shrunk = after.separation > before.separation
    but = "But each cluster shrinks even more" if shrunk and closer else "Against the spread within a class"
    return f"{text}. {but}: {_moved('distance over spread', before.separation, after.separation, '')}."


def _moved(what: str, old: float, new: float, unit: str) -> str:
    verb = "grows" if new > old else "falls"
    return f"{what} {verb} from {old:.2f} to {new:.2f}{unit}"


def _count(number: float) -> str:
    if number >= MANY:
        return "millions of"
    return f"{number:.1f}" if number < 10 else f"{number:,.0f}"
