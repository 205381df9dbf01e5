"""The baselines against NumPy and against a PCA found by another algorithm."""

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA

from core.evaluation import fit_baselines


@pytest.fixture(scope="module")
def halves(few_digits):
    """100 digits to fit on and 100 others."""
    return few_digits.subset(slice(0, None, 2)), few_digits.subset(slice(1, None, 2))


@pytest.fixture(scope="module")
def fitted(halves):
    return fit_baselines(halves[0], 30)


def flat(digits):
    return digits.images.numpy().reshape(-1, 784) / 255


def test_mean_images_are_the_means(fitted, halves):
    x, labels = flat(halves[0]), halves[0].labels.numpy()
    np.testing.assert_allclose(fitted.mean, x.mean(axis=0), atol=1e-6)
    np.testing.assert_allclose(fitted.class_means[7], x[labels == 7].mean(axis=0), atol=1e-6)


@pytest.fixture(scope="module")
def pca(halves):
    """By the singular values of the digits, not the eigenvalues of their covariance."""
    return PCA(30, svd_solver="full").fit(flat(halves[0]))


@pytest.mark.parametrize("k", [1, 2, 16, 30])
def test_errors_on_other_digits(fitted, halves, pca, k):
    y, labels = flat(halves[1]), halves[1].labels.numpy()
    projected = pca.mean_ + (y - pca.mean_) @ pca.components_[:k].T @ pca.components_[:k]
    found = fitted.mse(halves[1], k)
    assert found["mean_image"] == pytest.approx(((y - flat(halves[0]).mean(axis=0)) ** 2).mean(), rel=1e-4)
    assert found["class_mean"] == pytest.approx(((y - fitted.class_means.numpy()[labels]) ** 2).mean(), rel=1e-4)
    assert found["pca"] == pytest.approx(((y - projected) ** 2).mean(), rel=1e-3)


def test_codes_are_principal_coordinates_up_to_sign(fitted, halves, pca):
    expected = pca.transform(flat(halves[1]))[:, :5]
    found = fitted.pca_codes(halves[1].pixels(), 5)
    np.testing.assert_allclose(found.abs(), np.abs(expected), atol=1e-3)


def test_reconstruction_is_an_image_and_a_projection(fitted, halves):
    once = fitted.pca_reconstruct(halves[1].pixels(), 10)
    assert once.shape == (100, 1, 28, 28)
    torch.testing.assert_close(fitted.pca_reconstruct(once, 10), once, atol=1e-5, rtol=0)


def test_a_code_larger_than_the_stored_components_has_no_pca(fitted, halves):
    assert set(fitted.mse(halves[1], 31)) == {"mean_image", "class_mean"}
    with pytest.raises(ValueError, match="30 components"):
        fitted.pca_reconstruct(halves[1].pixels(), 31)
    with pytest.raises(ValueError, match="a code of 0"):
        fitted.pca_codes(halves[1].pixels(), 0)


def test_a_class_without_digits_is_refused(few_digits):
    with pytest.raises(ValueError, match="none of 9"):
        fit_baselines(few_digits.subset(few_digits.labels != 9))
