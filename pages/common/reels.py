"""What the player says about a walk."""

from core.images import png_bytes, strip
from core.transitions import NEIGHBOURS, Terrain, Transition
from pages.common.charts import CLASS_COLOURS
from pages.common.player import Frame, Reel

LEGEND = (
    "Under each frame: the class that an independent judge sees, in a red box where it is neither end of the path; then the "
    "support, how many of 5,000 real codes lie near. Near is the distance within which a typical real code has "
    f"{NEIGHBOURS} others."
)


def reel_of(title: str, walk: Transition, terrain: Terrain) -> Reel:
    """The frames of a walk with their captions, and a line about all of them."""
    frames = [_frame(walk, k, terrain.radius) for k in range(len(walk))]
    return Reel(title, notes(walk), png_bytes(strip(walk.images, gap=0)), frames)


def notes(walk: Transition) -> list[str]:
    """How many frames are of a third class, how sharp they are, and how thin the support gets."""
    count, third = len(walk), int(walk.third.sum())
    seen = f"third class in {third} of {count} frames: {', '.join(map(str, walk.third_classes))}"
    return [
        seen if third else f"no third class in {count} frames",
        f"sharpness {walk.sharpness.mean():.2f} of a real digit's, least {walk.sharpness.min():.2f}",
        f"support at least {int(walk.support.min())}",
    ]


def _frame(walk: Transition, k: int, radius: float) -> Frame:
    label, third, support = int(walk.labels[k]), bool(walk.third[k]), int(walk.support[k])
    sentence = (
        f"Frame {k + 1}, {walk.path.distance[k]:.2f} latent units from the start: the judge sees {label} "
        f"({walk.probabilities[k, label]:.0%}){', a third class' if third else ''}; {support} real codes within {radius:.2f}; "
        f"sharpness {walk.sharpness[k]:.2f}"
    )
    return Frame(str(label), CLASS_COLOURS[label], third, str(support), sentence)
