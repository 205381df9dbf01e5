"""How many uploaded pictures are read rightly: every kind that people upload, drawn anew, read as a page reads it.

A picture counts as right if the judge sees the digit that was written, and if a second digit is mentioned where there is one
and only there; a page without a digit, if it is refused. Wrong and certain: the judge sees another one, or one where there is
none, with 90 % or more. A bar is for 20 of a kind.
"""

import argparse
import json
import sys
import zlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
import torch

from core import reading, weights
from core.evaluation.classification import Classifier
from core.pictures import frames
from tests.bench import kinds_hard as hard
from tests.bench import kinds_plain as plain
from tests.bench.written import Upload

CERTAIN = 0.9
MOST_CERTAIN = 0.02  # of all pictures may be misread with that certainty
KINDS: dict[str, tuple[int, Callable[[np.random.Generator], Upload]]] = {  # what has to be read of 20, and how one is drawn
    "desk": (18, hard.desk),
    "desk corner": (18, hard.desk_corner),
    "shadow edge": (18, hard.shadow_edge),
    "letterbox": (18, hard.letterbox),
    "dark edge": (18, hard.dark_edge),
    "ruled with margin": (18, hard.ruled),
    "pencil on squares": (18, hard.squared),
    "underlined": (18, hard.underlined),
    "caption": (18, hard.caption),
    "specks": (18, hard.specks),
    "white on transparent": (18, plain.white_on_transparent),
    "equal luminance": (18, plain.equal_luminance),
    "small on a page": (18, hard.small),
    "flash": (16, hard.flash),
    "circled": (16, hard.circled),
    "marker scan": (19, plain.marker_scan),
    "ballpoint photo": (19, plain.ballpoint_photo),
    "ballpoint on squares": (19, plain.ballpoint_on_squares),
    "large on ruled": (19, plain.large_on_ruled),
    "pencil on grey": (19, plain.pencil_on_grey),
    "whiteboard glare": (19, plain.whiteboard_glare),
    "chalk": (19, plain.chalk),
    "low light": (19, plain.low_light),
    "thin line": (19, plain.thin_line),
    "dark mode": (19, plain.dark_mode),
    "printed font": (19, plain.printed_font),
    "tight crop": (19, plain.tight_crop),
    "sticky note": (19, plain.sticky_note),
    "fold": (19, plain.fold),
    "rotated by up to 15°": (19, plain.rotated),
    "16 bits": (18, plain.sixteen_bits),
    "0 and 1": (18, plain.zeros_and_ones),
    "axes around it": (18, plain.axes),
    "no digit": (18, plain.blank),
    "two digits": (18, plain.two_digits),
}


@dataclass
class Tally:
    """What became of the pictures of one kind."""

    pictures: int = 0
    right: int = 0
    refused: int = 0
    certain: int = 0  # misread at CERTAIN or more
    slowest: float = 0.0  # s


def drawn(kind: str, number: int, seed: int) -> Upload:
    """Always the same picture for the same arguments, whatever else is drawn."""
    return KINDS[kind][1](np.random.default_rng([seed, number, zlib.crc32(kind.encode())]))


def tally(kind: str, count: int, seed: int, judge: Classifier, save: Path | None = None) -> Tally:
    """Draw so many pictures of a kind and read them."""
    found = Tally()
    for number in range(count):
        upload = drawn(kind, number, seed)
        start = perf_counter()
        said, probability, second = read(upload.data, judge)
        found.slowest = max(found.slowest, perf_counter() - start)
        right = said == upload.wanted and second == upload.second
        found.pictures += 1
        found.right += right
        found.refused += said is None
        found.certain += said is not None and said != upload.wanted and probability >= CERTAIN
        if save is not None:
            ending = {b"\x89PNG": "png", b"RIFF": "webp"}.get(upload.data[:4], "jpg")
            name = f"{kind.replace(' ', '_')}-{seed}-{number}-is-{upload.wanted}-read-{said}-{probability:.2f}"
            (save / f"{'right' if right else 'WRONG'}-{name}.{ending}").write_bytes(upload.data)
    return found


def read(data: bytes, judge: Classifier) -> tuple[int | None, float, bool]:
    """What the judge sees, None if the picture is refused, how sure it is, and whether the reader mentions a second digit."""
    try:
        found = frames.read_digit(data)
        frame = frames.to_mnist_frame(found.ink)
    except ValueError:  # a PictureError, or a picture without ink
        return None, 0.0, False
    seen = reading.judged(judge, torch.from_numpy(frame)[None, None])
    return seen.label, seen.probability, found.left_out is not None


def table(tallies: dict[str, Tally]) -> str:
    """As Markdown, a row a kind."""
    lines = ["| kind | read right | refused | misread at ≥ 90 % | bar, of 20 | slowest, s |", "|---|---|---|---|---|---|"]
    for kind, found in tallies.items():
        right = f"{found.right} of {found.pictures}"
        right = right if met(kind, found) else f"**{right}**"
        lines.append(f"| {kind} | {right} | {found.refused} | {found.certain} | {KINDS[kind][0]} | {found.slowest:.2f} |")
    pictures, certain = (sum(getattr(found, name) for found in tallies.values()) for name in ("pictures", "certain"))
    right, refused = (sum(getattr(found, name) for found in tallies.values()) for name in ("right", "refused"))
    slowest = max(found.slowest for found in tallies.values())
    share = f"{certain} = {100 * certain / pictures:.1f} %"
    lines.append(f"| all | {right} of {pictures} | {refused} | {share} (at most {MOST_CERTAIN:.0%}) | | {slowest:.2f} |")
    return "\n".join(lines)


def met(kind: str, found: Tally) -> bool:
    """Whether as large a share was read as the bar asks for."""
    return 20 * found.right >= KINDS[kind][0] * found.pictures


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns 1 if a bar is missed, else 0."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench uploads", description=__doc__)
    parser.add_argument("--count", type=int, default=20, help="pictures of every kind (default: 20)")
    parser.add_argument("--seed", type=int, default=0, help="other pictures of the same kinds (default: 0)")
    parser.add_argument("--kind", nargs="+", choices=tuple(KINDS), default=tuple(KINDS), help="only these (default: all)")
    parser.add_argument("--save", type=Path, metavar="FOLDER", help="write the pictures there, named by what was read")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers there too")
    options = parser.parse_args(arguments)
    if options.save:
        options.save.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    judge, tallies = weights.load_judge(), {}
    for kind in options.kind:
        print(f"{kind} ...", file=sys.stderr)
        tallies[kind] = tally(kind, options.count, options.seed, judge, options.save)
    print(table(tallies))
    if options.json:
        report = {kind: asdict(found) | {"bar": KINDS[kind][0]} for kind, found in tallies.items()}
        options.json.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    certain, pictures = (sum(getattr(found, name) for found in tallies.values()) for name in ("certain", "pictures"))
    return 0 if all(met(*row) for row in tallies.items()) and certain <= MOST_CERTAIN * pictures else 1
