"""What an autoencoder has to beat: the mean image, the mean image of the right class, and PCA with a code of the same size."""

from dataclasses import dataclass

import torch
from torch import Tensor

from core.config import CLASSES, PIXELS
from core.datasets import Digits
from core.evaluation.batches import spans
from core.losses import squared_error


@dataclass(frozen=True)
class Baselines:
    """Mean images and principal components of the training digits, in the units of the pixels, [0, 1]."""

    mean: Tensor  # (784,)
    class_means: Tensor  # (10, 784)
    components: Tensor  # (K, 784), orthonormal rows, the largest variance first

    def pca_codes(self, x: Tensor, k: int) -> Tensor:
        """The first k principal coordinates of images: (B, 1, 28, 28) -> (B, k), not whitened.

        Raises ValueError unless 1 <= k <= the number of components.
        """
        components = self._first(k)
        return x.flatten(1) @ components.T - components @ self.mean  # without a copy of the images less their mean

    def pca_reconstruct(self, x: Tensor, k: int) -> Tensor:
        """Images through a PCA code of k numbers and back: (B, 1, 28, 28) -> the same. Not clipped to [0, 1].

        The best that any linear encoder and decoder can do on the training digits. Raises ValueError as `pca_codes` does.
        """
        flat = self.pca_codes(x, k) @ self._first(k) + self.mean  # (B, 784)
        return flat.reshape(-1, 1, 28, 28)

    def mse(self, digits: Digits, latent_dim: int) -> dict[str, float]:
        """Mean squared error over pixels and digits of "mean_image", "class_mean" and "pca" with a code of `latent_dim`.

        A code larger than the number of components has no "pca".
        """
        sums = dict.fromkeys(["mean_image", "class_mean"] + ["pca"] * (latent_dim <= len(self.components)), 0.0)
        for span in spans(len(digits)):
            x = digits.pixels(span)
            guesses = {
                "mean_image": self.mean.reshape(1, 1, 28, 28),
                "class_mean": self.class_means[digits.labels[span]].reshape(-1, 1, 28, 28),
            }
            if "pca" in sums:
                guesses["pca"] = self.pca_reconstruct(x, latent_dim)
            for name, guess in guesses.items():
                sums[name] += squared_error(guess.expand_as(x), x).double().sum().item()
        return {name: value / (PIXELS * len(digits)) for name, value in sums.items()}

    def _first(self, k: int) -> Tensor:
        if not 1 <= k <= len(self.components):
            raise ValueError(f"PCA is stored with {len(self.components)} components; a code of {k} is not available")
        return self.components[:k]


def fit_baselines(training: Digits, max_components: int = 30) -> Baselines:
    """Mean, class means and principal components of the digits (exact, by the eigenvectors of the pixels' covariance).

    Takes about 400 MB for 55,000 digits. Raises ValueError if a class has no digits.
    """
    from sklearn.decomposition import PCA

    missing = [k for k in range(CLASSES) if len(training.of_class(k)) == 0]
    if missing:
        raise ValueError(f"the mean image of a class needs digits of it; there are none of {', '.join(map(str, missing))}")
    flat = training.pixels().flatten(1)  # (N, 784)
    class_means = torch.stack([flat[training.of_class(k)].mean(dim=0) for k in range(CLASSES)])  # (10, 784)
    pca = PCA(max_components, svd_solver="covariance_eigh").fit(flat.numpy())
    return Baselines(torch.from_numpy(pca.mean_).float(), class_means, torch.from_numpy(pca.components_).float())
