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
    columns = (walk.labels, walk.third, walk.support, walk.path.distance, walk.probabilities.amax(dim=1), walk.sharpness)
    facts = zip(*(column.tolist() for column in columns), strict=True)
    frames = [_frame(k, *fact, terrain.radius) for k, fact in enumerate(facts, 1)]
    return Reel(title, notes(walk), png_bytes(strip(walk.images, gap=0)), frames)


def notes(walk: Transition) -> list[str]:
    """How many frames are of a third class, how sharp they are, and how thin the support gets."""
    count, third = len(walk), int(walk.third.sum())
    seen = f"third class in {third} of {count} frames: {', '.join(map(str, walk.third_classes))}"
    return [
        seen if third else f"no third class in {count} frames",
        f"sharpness {walk.sharpness.mean():.2f} of a real digit's, lowest {walk.sharpness.min():.2f}",
        f"lowest support {int(walk.support.min())}",
    ]


def _frame(
    k: int, label: int, third: bool, support: int, distance: float, chance: float, sharpness: float, radius: float
) -> Frame:
    sentence = (
        f"Frame {k}, {distance:.2f} latent units from the start: the judge sees {label} ({chance:.0%})"
        f"{', a third class' if third else ''}; {support} real codes within {radius:.2f}; sharpness {sharpness:.2f}"
    )
    return Frame(str(label), CLASS_COLOURS[label], third, str(support), sentence)
