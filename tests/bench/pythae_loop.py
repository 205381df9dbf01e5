"""pythae's trainer (Chadebec et al. 2022, "Pythae: Unifying Generative Autoencoders in Python") on the same network.

Not one of the project's dependencies: importing this file raises ImportError where pythae is not installed.
"""

import contextlib
import logging
import os
import tempfile
from collections.abc import Iterator
from itertools import count, islice

from pythae.data.datasets import BaseDataset
from pythae.models import VAE, VAEConfig
from pythae.models.base.base_utils import ModelOutput
from pythae.models.nn import BaseDecoder, BaseEncoder
from pythae.trainers import BaseTrainer, BaseTrainerConfig
from torch import Tensor
from torch.utils.data import DataLoader

from core.datasets import Digits
from tests.bench.loops import ExampleVAE

BATCHES = 16  # per call of the trainer's epoch


class _Encoder(BaseEncoder):
    def __init__(self) -> None:
        super().__init__()
        self.net = ExampleVAE()
        del self.net.fc3, self.net.fc4

    def forward(self, x: Tensor) -> ModelOutput:
        mu, logvar = self.net.encode(x.flatten(1))
        return ModelOutput(embedding=mu, log_covariance=logvar)


class _Decoder(BaseDecoder):
    def __init__(self) -> None:
        super().__init__()
        self.net = ExampleVAE()
        del self.net.fc1, self.net.fc21, self.net.fc22

    def forward(self, z: Tensor) -> ModelOutput:
        return ModelOutput(reconstruction=self.net.logits(z).sigmoid().unflatten(1, (1, 28, 28)))


class _Portions:
    """A DataLoader dealt out a few batches at a time, so that the trainer's epochs end often enough to be timed."""

    def __init__(self, loader: DataLoader) -> None:
        self.dataset = loader.dataset
        self.images = 0  # dealt so far
        self._endless = (batch for _ in count() for batch in loader)

    def __len__(self) -> int:
        return BATCHES

    def __iter__(self) -> Iterator[dict[str, Tensor]]:
        for batch in islice(self._endless, BATCHES):
            self.images += len(batch["data"])
            yield batch


def pythae(digits: Digits) -> Iterator[int]:
    """BaseTrainer's own epoch at batch 128 with its default callbacks; the progress bar goes to nowhere."""
    logging.getLogger(BaseTrainer.__module__).setLevel(logging.WARNING)
    config = VAEConfig(input_dim=(1, 28, 28), latent_dim=20, reconstruction_loss="bce")
    with tempfile.TemporaryDirectory() as folder, open(os.devnull, "w") as nowhere:
        settings = BaseTrainerConfig(output_dir=folder, per_device_train_batch_size=128, learning_rate=1e-3, no_cuda=True)
        with contextlib.redirect_stderr(nowhere):
            dataset = BaseDataset(digits.pixels(), digits.labels)
            trainer = BaseTrainer(VAE(config, _Encoder(), _Decoder()), dataset, training_config=settings)
            trainer.prepare_training()
        trainer.train_loader = portions = _Portions(trainer.train_loader)
        for epoch in count(1):
            before = portions.images
            with contextlib.redirect_stderr(nowhere):
                trainer.train_step(epoch)
            yield portions.images - before
