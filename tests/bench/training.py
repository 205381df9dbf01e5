"""Training speed in images per second: our loop, PyTorch's VAE example, pythae, a bare loop, and the machine's own peak.

Everything runs in one process and takes turns (see `harness.take_turns`), so that the ratios hold on a busy machine too.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
from torch.utils.flop_counter import FlopCounterMode

from core import datasets
from core.config import ModelConfig, Objective, TrainConfig
from core.losses import loss_terms, weighted_total
from core.models import build
from tests.bench.harness import Machine, Rates, describe, rate, take_turns
from tests.bench.loops import example, ours, tight

MLP, NATS = ModelConfig("dense-vae", 20, (400,)), Objective("elbo")  # the example's network, 784-400-20, and loss
CONV, MSE = ModelConfig("conv-ae", 30, (32, 64)), Objective("notebook")
MLP_BATCHES, CONV_BATCHES = (128, 512, 2048), (64, 512)
PEAK_SIDES = (512, 1024, 2048)  # which is fastest depends on the caches

EXAMPLE, PYTHAE, PEAK = "PyTorch's VAE example, batch 128", "pythae's trainer, batch 128", "peak"


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    options = _parser().parse_args(arguments)
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)  # as our own training processes do; it holds for every contender alike
    report = run(options.seconds, options.rounds, _tell)
    _tell("")
    print(table(report))
    if options.json:
        options.json.write_text(json.dumps(report, indent=1) + "\n")
    return 0


def run(seconds: float, rounds: int, tell: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """Measure every contender for `seconds` in each of the rounds; returns what --json writes.

    Rates are images per second, that of "peak" floating-point operations per second. Ratios and shares compare rates of the
    same round and are medians over the rounds.
    """
    tell("reading the digits")
    digits = _digits()
    contenders: dict[str, Iterator[float]] = {PEAK: _matrix_products(), EXAMPLE: example(digits)}
    flops = dict.fromkeys([EXAMPLE], flops_per_image(MLP, NATS))
    missing = []
    try:
        from tests.bench.pythae_loop import pythae

        contenders[PYTHAE], flops[PYTHAE] = pythae(digits), flops[EXAMPLE]
    except ImportError:
        missing.append(PYTHAE)
    for batch_size in MLP_BATCHES:
        contenders[_tight(batch_size)] = tight(digits, batch_size)
        contenders[_mlp(batch_size)] = ours(digits, MLP, _endless(NATS, batch_size))
        flops |= dict.fromkeys((_tight(batch_size), _mlp(batch_size)), flops[EXAMPLE])
    for batch_size in CONV_BATCHES:
        contenders[_conv(batch_size)] = ours(digits, CONV, _endless(MSE, batch_size))
        flops[_conv(batch_size)] = flops_per_image(CONV, MSE)

    machine = Machine()
    rates = take_turns(contenders, seconds, rounds, tell)
    shares = {name: flops[name] * rates[name].over(rates[PEAK]) for name in flops}
    against = {name: rates[name].over(rates[EXAMPLE]) for name in flops if flops[name] == flops[EXAMPLE]}
    return {
        "benchmark": "training",
        "digits": digits.name,
        "seconds": seconds,
        "rounds": rounds,
        "machine": machine.json(),
        "peak": rates[PEAK].json(),
        "results": {
            name: {
                **rates[name].json(),
                "against_example": against.get(name),
                "flops_per_image": flops[name],
                "share_of_peak": shares[name],
            }
            for name in contenders
            if name != PEAK
        },
        "not_installed": missing,
        "bars": _bars(rates, against, shares),
    }


def flops_per_image(network: ModelConfig, objective: Objective, batch_size: int = 8) -> float:
    """Floating-point operations of the forward and backward pass of one image's loss, as torch.utils.flop_counter counts them.

    Matrix products and convolutions only, a multiplication and an addition counted as two; the optimiser is not in it.
    """
    model, x, noise = build(network), torch.rand(batch_size, 1, 28, 28), torch.randn(batch_size, network.latent_dim)
    with FlopCounterMode(display=False) as counter:
        terms, _ = loss_terms(model, x, None, noise, objective)
        weighted_total(terms, objective).mean().backward()
    return counter.get_total_flops() / batch_size


def table(report: dict[str, Any]) -> str:
    """The report as text: the machine, one line per contender, then the bars and whether they are met."""
    results = report["results"]
    width = max(map(len, results))
    lines = [describe(report["machine"]), f"{report['digits']}; {report['rounds']} rounds of {report['seconds']:g} s each", ""]
    lines.append(f"{'':<{width}}  {'images/s':>9}  {'min':>7}  {'max':>7}  {'/ example':>9}  {'of peak':>7}")
    for name, row in results.items():
        against = "" if row["against_example"] is None else f"{row['against_example']:.2f}"
        lines.append(
            f"{name:<{width}}  {row['median']:>9,.0f}  {row['min']:>7,.0f}  {row['max']:>7,.0f}  {against:>9}  "
            f"{row['share_of_peak']:>7.2f}"
        )
    lines += [f"{name:<{width}}  not installed" for name in report["not_installed"]]
    slowest, middle, fastest = (report["peak"][key] / 1e9 for key in ("min", "median", "max"))
    lines += [f"Peak: fp32 matrix products at {middle:.0f} GFLOP/s ({slowest:.0f} to {fastest:.0f}).", ""]
    for bar in report["bars"]:
        verdict = "not measured" if bar["value"] is None else f"{bar['value']:.2f} {'met' if bar['met'] else 'NOT met'}"
        lines.append(f"{bar['what']}, at least {bar['at_least']:g}: {verdict}")
    return "\n".join(lines)


def _bars(rates: dict[str, Rates], against: dict[str, float], shares: dict[str, float]) -> list[dict[str, Any]]:
    best = max((_mlp(batch_size) for batch_size in MLP_BATCHES), key=against.get)
    values = [
        ("ours / example, both at batch 128", 2.9, against[_mlp(128)]),
        ("ours / pythae, both at batch 128", 1.4, rates[_mlp(128)].over(rates[PYTHAE]) if PYTHAE in rates else None),
        ("ours at its best batch / example", 5.0, against[best]),
        ("share of peak, MLP at batch 512", 0.6, shares[_mlp(512)]),
        ("share of peak, conv 32-64 at its best batch", 0.45, max(shares[_conv(batch_size)] for batch_size in CONV_BATCHES)),
    ]
    return [
        {"what": what, "at_least": bar, "value": value, "met": None if value is None else value >= bar}
        for what, bar, value in values
    ]


def _matrix_products() -> Iterator[float]:
    """Floating-point operations of fp32 products of square matrices, of the side that proves fastest at the start."""
    products = [_product(side) for side in PEAK_SIDES]
    fastest = max(products, key=lambda product: max(rate(product, 0.05) for _ in range(3)))
    yield from fastest


def _product(side: int) -> Iterator[float]:
    a, b, out = torch.randn(side, side), torch.randn(side, side), torch.empty(side, side)
    while True:
        torch.matmul(a, b, out=out)
        yield 2.0 * side**3


def _digits() -> datasets.Digits:
    """The full training set where it is, otherwise the embedded digits; nothing is downloaded."""
    os.environ.setdefault("LATENT_LAB_OFFLINE", "1")
    try:
        return datasets.mnist("train")
    except datasets.DatasetError:
        return datasets.embedded()


def _endless(objective: Objective, batch_size: int) -> TrainConfig:
    return TrainConfig(objective, epochs=1e6, batch_size=batch_size, learning_rate=1e-3)


def _tight(batch_size: int) -> str:
    return f"bare loop, batch {batch_size}"


def _mlp(batch_size: int) -> str:
    return f"core.training, batch {batch_size}"


def _conv(batch_size: int) -> str:
    return f"core.training, conv 32-64, batch {batch_size}"


def _tell(text: str) -> None:
    """Progress on one line of a terminal; nothing where the output goes to a file."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench training", description=__doc__)
    parser.add_argument(
        "--threads", type=_positive(int), default=1, help="threads of every contender (default: 1, as our jobs)"
    )
    parser.add_argument("--seconds", type=_positive(float), default=2.0, help="per contender and round (default: 2)")
    parser.add_argument("--rounds", type=_positive(int), default=5, help="how often every contender has its turn (default: 5)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report there too")
    return parser


def _positive(kind: type) -> Callable[[str], Any]:
    def positive(text: str) -> Any:
        try:
            value = kind(text)
        except ValueError:
            value = 0
        if not 0 < value < float("inf"):
            raise argparse.ArgumentTypeError(f"must be a number above 0, not {text!r}")
        return value

    return positive


if __name__ == "__main__":
    sys.exit(main())
