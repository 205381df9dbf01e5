"""The training loops that are compared: endless iterators that yield the number of images of each step.

All train the same network, an MLP 784-400-20 VAE with Bernoulli likelihood and Adam.
"""

import os
from collections.abc import Iterator
from itertools import count

import torch
import torch.nn.functional as F
from torch import Tensor, nn, optim
from torch.utils.data import DataLoader
from torchvision import transforms
from torchvision.datasets import MNIST, VisionDataset

from core.config import ModelConfig, TrainConfig
from core.datasets import Digits
from core.models import build
from core.training import train


class ExampleVAE(nn.Module):
    """The network of https://github.com/pytorch/examples/blob/main/vae/main.py."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Linear(784, 400)
        self.fc21 = nn.Linear(400, 20)
        self.fc22 = nn.Linear(400, 20)
        self.fc3 = nn.Linear(20, 400)
        self.fc4 = nn.Linear(400, 784)

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        h1 = F.relu(self.fc1(x))
        return self.fc21(h1), self.fc22(h1)

    def logits(self, z: Tensor) -> Tensor:
        return self.fc4(F.relu(self.fc3(z)))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        mu, logvar = self.encode(x.view(-1, 784))
        std = torch.exp(0.5 * logvar)
        z = mu + torch.randn_like(std) * std
        return torch.sigmoid(self.logits(z)), mu, logvar


class TorchvisionDigits(MNIST):
    """Digits as torchvision serves MNIST, one PIL image at a time, whichever set they come from."""

    def __init__(self, digits: Digits) -> None:
        VisionDataset.__init__(self, root="", transform=transforms.ToTensor())
        self.data, self.targets = digits.images, digits.labels


def example(digits: Digits) -> Iterator[int]:
    """The loop of PyTorch's VAE example on a CPU, https://github.com/pytorch/examples/blob/main/vae/main.py.

    Its defaults: batch 128, Adam 1e-3, a DataLoader without workers, ToTensor on each image, the loss read out every step and
    printed every tenth (here to nowhere).
    """
    loader = DataLoader(TorchvisionDigits(digits), batch_size=128, shuffle=True)
    model = ExampleVAE()
    optimizer = optim.Adam(model.parameters(), lr=1e-3)
    model.train()
    with open(os.devnull, "w") as nowhere:
        for epoch in count(1):
            train_loss = 0.0
            for batch_idx, (data, _) in enumerate(loader):
                optimizer.zero_grad()
                recon_batch, mu, logvar = model(data)
                bce = F.binary_cross_entropy(recon_batch, data.view(-1, 784), reduction="sum")
                kld = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
                loss = bce + kld
                loss.backward()
                train_loss += loss.item()
                optimizer.step()
                if batch_idx % 10 == 0:
                    done = f"{batch_idx * len(data)}/{len(loader.dataset)} ({100.0 * batch_idx / len(loader):.0f}%)"
                    print(f"Train Epoch: {epoch} [{done}]\tLoss: {loss.item() / len(data):.6f}", file=nowhere)
                yield len(data)


def tight(digits: Digits, batch_size: int) -> Iterator[int]:
    """The least a training loop can do: bytes in memory, index batches, the stable loss, fused Adam, nothing read out."""
    model = ExampleVAE()
    optimizer = optim.Adam(model.parameters(), lr=1e-3, fused=True)
    images = digits.images.flatten(1)
    batch_size = min(batch_size, len(images))
    while True:
        order = torch.randperm(len(images))
        for index in order[: len(order) // batch_size * batch_size].split(batch_size):
            x = images.index_select(0, index).float().div_(255)  # (B, 784)
            mu, logvar = model.encode(x)
            z = mu + torch.randn_like(mu) * (0.5 * logvar).exp()
            bce = F.binary_cross_entropy_with_logits(model.logits(z), x, reduction="sum")
            kld = -0.5 * (1 + logvar - mu.square() - logvar.exp()).sum()
            optimizer.zero_grad(set_to_none=True)
            ((bce + kld) / batch_size).backward()
            optimizer.step()
            yield batch_size


def ours(digits: Digits, network: ModelConfig, config: TrainConfig) -> Iterator[int]:
    """`core.training.train`, as the pages and the command line consume it."""
    torch.manual_seed(config.seed)
    batch_size = min(config.batch_size, len(digits))
    for _ in train(build(network), digits, config):
        yield batch_size
