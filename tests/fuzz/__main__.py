"""python -m tests.fuzz pictures|models|addresses [--count N] [--seed N]: feed hostile input and print what became of it."""

import argparse
import logging
import sys
import warnings
from collections import Counter
from time import perf_counter

from tests.fuzz import addresses, models, pictures

TARGETS = {
    "pictures": (pictures.outcome, 10_000, "mutated PNG, JPEG and WebP files, read as an upload is"),
    "models": (models.outcome, 10_000, "mutated model files with hostile headers, read as an upload is"),
    "addresses": (addresses.outcome, 0, "hostile values for every parameter of every page, one at a time"),
}


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns 1 if anything came that is neither a result nor the typed error."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    about = "; ".join(f"{name}: {words}" for name, (_, _, words) in TARGETS.items())
    parser.add_argument("target", choices=TARGETS, help=about)
    parser.add_argument("--count", type=int, help="how many (default: 10,000; addresses: all there are)")
    parser.add_argument("--seed", type=int, default=0, help="another seed, other input (default: 0)")
    options = parser.parse_args(arguments)
    outcome, usual, _ = TARGETS[options.target]
    warnings.simplefilter("ignore")  # Pillow's, of damaged files
    logging.disable()  # Streamlit's, of running without a server
    found: Counter[str] = Counter()
    bad: list[str] = []
    slowest, begun, last = 0.0, perf_counter(), perf_counter()
    for what, trouble in outcome(options.seed, options.count or usual):
        found[what] += 1
        if trouble:
            bad.append(trouble)
            print(f"TROUBLE: {trouble[:600]}", flush=True)
        now = perf_counter()
        slowest, last = max(slowest, now - last), now
    print(f"{options.target}, seed {options.seed}: {found.total():,} tried in {last - begun:.0f} s, slowest {slowest:.2f} s")
    for what, count in found.most_common(12):
        print(f"  {count:>7,}  {what}")
    print("No uncaught exception." if not bad else f"{len(bad)} that should not be.")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
