"""The notebook's beta in the words of the papers. Its loss per image is MSE + beta KL / 784 + CE."""

from dataclasses import dataclass

from core.config import PIXELS
from core.losses import gaussian_scale


@dataclass(frozen=True)
class Translation:
    """What one beta of the notebook's scale means, exactly, once its squared error is read as a Gaussian likelihood."""

    notebook_beta: float
    variance: float  # s^2 of the noise that the likelihood N(x_hat, s^2 I) puts on every pixel; pixels are in [0, 1]
    spread: float  # s
    unit_variance_beta: float  # beta' of SSE / 2 + beta' KL
    class_weight: float  # one nat of cross-entropy costs as much as this many nats of KL: 784 / beta
    error_weight: float  # one unit of squared error, summed over pixels, costs as much as this many nats of KL: 1 / beta


def translate(notebook_beta: float) -> Translation:
    """Multiplying MSE + beta KL / 784 + CE by 784 / beta gives SSE / (2 s^2) + KL + (784 / beta) CE with s^2 = beta / 2.

    Raises ValueError unless beta is finite and > 0.
    """
    scale = gaussian_scale(notebook_beta)
    return Translation(
        notebook_beta=notebook_beta,
        variance=scale.variance,
        spread=scale.variance**0.5,
        unit_variance_beta=scale.unit_variance_beta,
        class_weight=PIXELS / notebook_beta,
        error_weight=1 / notebook_beta,
    )
