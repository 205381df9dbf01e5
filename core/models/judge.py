"""The judge: a small classifier of images, independent of every encoder, that labels the frames of a path."""

from torch import Tensor, nn

from core.config import CLASSES


class Judge(nn.Module):
    """(B, 1, 28, 28) in [0, 1] -> (B, 10) logits. See `core.shipping.judging` for how it is trained."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(1, 32, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(64 * 7 * 7, 128),
            nn.ReLU(),
            nn.Linear(128, CLASSES),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x)
