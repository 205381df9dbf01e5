"""Training speed in images per second: our loop, PyTorch's VAE example, pythae, a bare loop, and the machine's own peak.

Everything runs in one process and takes turns (see `harness.take_turns`), so that the ratios hold on a busy machine too.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch.utils.flop_counter import FlopCounterMode

from core import datasets
from core.config import ModelConfig, Objective, TrainConfig
from core.datasets import Digits
from core.losses import loss_terms, weighted_total
from core.models import build
from tests.bench.harness import Machine, Rates, describe, take_turns
from tests.bench.loops import example, ours, tight

MLP = ModelConfig("dense-vae", 20, (400,))  # the example's network: 784-400-20
CONV = ModelConfig("conv-ae", 30, (32, 64))
NATS, MSE = Objective("elbo"), Objective("notebook")
BATCHES = (128, 512, 2048)
EXAMPLE, PYTHAE, PEAK = "PyTorch's VAE example, batch 128", "pythae's trainer, batch 128", "matrix products"
CONV_BATCH = 256
PEAK_SIDES = (1024, 2048)


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    options = _parser().parse_args(arguments)
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)  # as our own training processes do; it holds for every contender
    report = run(options.seconds, options.rounds, lambda text: _tell(text))
    _tell("")
    print(table(report))
    if options.json:
        options.json.write_text(json.dumps(report, indent=1) + "\n")
    return 0


def run(seconds: float, rounds: int, tell=lambda _: None) -> dict[str, Any]:
    """Measure every contender for `seconds` in each of `rounds` rounds: the report that --json writes.

    Rates are images per second (of "peak": floating-point operations per second), shares are of the peak in the same round.
    """
    tell("reading the digits")
    digits = _digits()
    contenders, flops, absent = _contenders(digits)
    machine = Machine()
    rates = take_turns(contenders, seconds, rounds, tell)
    peak = rates.pop(PEAK)
    return {
        "benchmark": "training",
        "digits": digits.name,
        "seconds": seconds,
        "rounds": rounds,
        "machine": machine.json(),
        "peak": peak.json(),
        "results": [
            {
                "name": name,
                **found.json(),
                "against_example": None if name.startswith("conv") else found.over(rates[EXAMPLE]),
                "flops_per_image": flops[name],
                "share_of_peak": _times(found, flops[name]).over(peak),
            }
            for name, found in rates.items()
        ],
        "absent": absent,
        "bars": _bars(rates, flops, peak),
    }
