"""Adam is PyTorch's own, and training does not import PyTorch's compiler."""

import subprocess
import sys

import torch

from core.optimisers import Adam
from tests.serving import ROOT

TRAIN = """
import sys
from core.config import ModelConfig, TrainConfig
from core.training import train
from core.datasets import Digits
from core.models import build
import torch
digits = Digits(torch.zeros(64, 28, 28, dtype=torch.uint8), torch.zeros(64, dtype=torch.int64), "blank")
config = TrainConfig(epochs=3, batch_size=16)
for step in train(build(ModelConfig("dense-ae", 2, (8,))), digits, config):
    kept = step.checkpoint()
list(train(build(ModelConfig("dense-ae", 2, (8,))), digits, config, checkpoint=kept))
print(any(name.startswith(("torch._dynamo", "torch._inductor", "sympy")) for name in sys.modules))
"""


def test_training_and_going_on_do_not_import_the_compiler():
    done = subprocess.run([sys.executable, "-c", TRAIN], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_it_steps_as_pytorchs():
    ours, theirs = (torch.nn.Linear(3, 2) for _ in range(2))
    theirs.load_state_dict(ours.state_dict())
    optimizers = Adam(ours.parameters(), lr=0.1, fused=True), torch.optim.Adam(theirs.parameters(), lr=0.1, fused=True)
    for _ in range(5):
        x = torch.randn(4, 3)
        for model, optimizer in zip((ours, theirs), optimizers, strict=True):
            optimizer.zero_grad(set_to_none=True)
            model(x).square().sum().backward()
            optimizer.step()
    assert torch.equal(ours.weight, theirs.weight)
    assert optimizers[0].state_dict().keys() == optimizers[1].state_dict().keys()
