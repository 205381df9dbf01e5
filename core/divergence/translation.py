"""The notebook's beta in the words of the papers. Its loss per image is MSE + beta KL / 784 + CE."""

from dataclasses import dataclass

from core.config import PIXELS
from core.losses import GaussianScale, gaussian_scale


@dataclass(frozen=True)
class Translation:
    """What one beta of the notebook's scale means, exactly, once its squared error is read as a Gaussian likelihood."""

    notebook_beta: float
    scale: GaussianScale

    @property
    def variance(self) -> float:
        """s^2 of the noise that the likelihood N(x_hat, s^2 I) puts on every pixel; pixels are in [0, 1]."""
        return self.scale.variance

    @property
    def spread(self) -> float:
        """s, the square root of the variance."""
        return self.variance**0.5

    @property
    def unit_variance_beta(self) -> float:
        """beta' of SSE / 2 + beta' KL."""
        return self.scale.unit_variance_beta

    @property
    def class_weight(self) -> float:
        """One nat of cross-entropy costs as much as this many nats of KL."""
        return PIXELS / self.notebook_beta


def translate(notebook_beta: float) -> Translation:
    """Multiplying MSE + beta KL / 784 + CE by 784 / beta gives SSE / (2 s^2) + KL + (784 / beta) CE with s^2 = beta / 2.

    Raises ValueError unless beta is finite and > 0.
    """
    return Translation(notebook_beta, gaussian_scale(notebook_beta))
