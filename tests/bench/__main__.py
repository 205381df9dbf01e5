"""python -m tests.bench NAME [options]: run one benchmark. `python -m tests.bench NAME --help` lists its options."""

import sys
from importlib import import_module

# name: (module with a main(arguments) -> exit status, what it measures)
BENCHMARKS = {
    "training": ("tests.bench.training", "images per second of training, beside PyTorch's VAE example and the machine's peak"),
    "load": ("tests.bench.load", "a class of real sessions at work: latency, errors, bytes, memory, processor"),
    "sizing": ("tests.bench.sizing", "how many students a server carries: the same at growing sizes"),
    "live": ("tests.bench.live", "in a browser: pointer to decoded picture on every map, pen-up to picture, bytes, messages"),
    "pages": ("tests.bench.pages", "server time of every page and of every control on it"),
    "uploads": ("tests.bench.uploads", "how many uploaded pictures of every kind are read rightly"),
}


def main(arguments: list[str] | None = None) -> int:
    """Hand the arguments after the name to that benchmark; returns the exit status."""
    name, *rest = (sys.argv[1:] if arguments is None else arguments) or ["--help"]
    if name in ("-h", "--help"):
        print(usage())
        return 0
    if name not in BENCHMARKS:
        print(f"There is no benchmark {name!r}.\n{usage()}", file=sys.stderr)
        return 2
    return import_module(BENCHMARKS[name][0]).main(rest)


def usage() -> str:
    """How to call this, with every benchmark on a line."""
    width = max(map(len, BENCHMARKS))
    lines = [f"  {name:<{width}}  {about}" for name, (_, about) in BENCHMARKS.items()]
    return "\n".join(
        ["usage: python -m tests.bench NAME [options]", "", *lines, "", "python -m tests.bench NAME --help lists its options."]
    )


if __name__ == "__main__":
    sys.exit(main())
