"""What the player says about a walk, and the map it draws under it."""

from base64 import b64encode

from core.maps.path import Backdrop, window
from core.pictures.images import png_bytes, strip
from core.walks.transitions import NEIGHBOURS, Terrain, Transition
from pages.common.charts import CLASS_COLOURS
from pages.common.player import Chart, Frame, Reel


def legend(codes: int) -> str:
    """What stands under each frame, if its support is counted among so many real codes."""
    return (
        "Under each frame: the probabilities that an independent judge gives the ten classes, as one bar; the class it sees, "
        f"in a red box where it is neither end of the path; then the support, how many of {codes:,} real codes lie near. Near "
        f"is the distance within which a typical real code has {NEIGHBOURS} others."
    )


LEGEND = legend(5000)


def reel_of(title: str, walk: Transition, terrain: Terrain, ground: Backdrop | None = None) -> Reel:
    """The frames of a walk with their captions, a line about all of them and, if there is a `ground`, the map of the path."""
    columns = (walk.labels, walk.third, walk.support, walk.path.distance, walk.sharpness, walk.probabilities, walk.places)
    facts = zip(*(column.tolist() for column in columns), strict=True)
    frames = [_frame(k, *fact, terrain.radius) for k, fact in enumerate(facts, 1)]
    chart = None if ground is None else _chart(walk, ground)
    return Reel(title, notes(walk), png_bytes(strip(walk.images, gap=0)), frames, chart)


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
    k: int,
    label: int,
    third: bool,
    support: int,
    distance: float,
    sharpness: float,
    chances: list[float],
    place: list[float],
    radius: float,
) -> Frame:
    sentence = (
        f"Frame {k}, {distance:.2f} latent units from the start: the judge sees {label} ({chances[label]:.0%})"
        f"{', a third class' if third else ''}; {support} real codes within {radius:.2f}; sharpness {sharpness:.2f}"
    )
    shares = [round(chance, 3) for chance in chances]
    return Frame(str(label), CLASS_COLOURS[label], third, str(support), sentence, shares, [round(x, 4) for x in place])


def _chart(walk: Transition, ground: Backdrop) -> Chart:
    shown = window(ground, walk)
    name = (
        "its two dimensions"
        if ground.share is None
        else f"a plane in its {walk.path.points.shape[1]} dimensions that shows {ground.share:.0%} of the centroids’ variance"
    )
    packed = b64encode(ground.packed).decode()
    ends = "digits" if walk.walk.digits else "centroids"
    return Chart(name, ground.axes, packed, ground.low, ground.high, ground.middles, shown.centre, shown.span, ends)
