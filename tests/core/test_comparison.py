"""Models side by side: differences, latent points, readers of classes and files, against NumPy, PyTorch and scikit-learn."""

import csv
from io import BytesIO, StringIO

import numpy as np
import pytest
import torch
from PIL import Image
from sklearn.model_selection import cross_val_predict
from sklearn.neighbors import KNeighborsClassifier

from core.comparison.classes import (
    Mistake,
    by_head,
    by_judge,
    by_neighbours,
    mistakes,
    read_differently,
    some_of_each_class,
    worst_share,
)
from core.comparison.files import metrics_csv, sheet_png
from core.comparison.metrics import table
from core.comparison.sides import DRAWS, STEPS, Side, all_differences, fitted_gaussian, latent_points
from core.config import ModelConfig, Objective, TrainConfig
from core.datasets import embedded
from core.evaluation import Codes, encode_set, score
from core.evaluation.neighbours import halves
from tests.core.small_models import fresh, smallest

EVERY = TrainConfig(Objective("elbo", beta_range=(0.1, 30.0)))


def side(beta: float | None = None, images: int = 55_000, architecture: str = "every-beta-vae") -> Side:
    return Side(ModelConfig(architecture, 2), EVERY, images, beta)


def test_one_network_at_two_betas_differs_in_beta_alone():
    assert [str(found) for found in all_differences([side(1.0), side(8.0)])] == ["β (1, 8)"]


def test_the_digits_trained_on_are_a_setting():
    found = all_differences([side(1.0), side(1.0, images=4000)])
    assert [str(difference) for difference in found] == ["digits trained on (55,000, 4,000)"]
    assert all_differences([side(2.0), side(2.0)]) == []


def test_the_fitted_gaussian_has_the_codes_moments():
    torch.manual_seed(0)
    mu = torch.randn(4000, 3) @ torch.tensor([[2.0, 0.0, 0.0], [1.0, 0.5, 0.0], [0.0, 1.0, 0.1]]) + torch.tensor(
        [1.0, -2.0, 3.0]
    )
    found = fitted_gaussian(mu)
    np.testing.assert_allclose(found.root.T @ found.root, np.cov(mu.numpy().T), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(found.root, found.root.T)
    drawn = found.draw(torch.randn(200_000, 3))
    np.testing.assert_allclose(drawn.mean(dim=0), mu.mean(dim=0), atol=0.02)
    np.testing.assert_allclose(np.cov(drawn.numpy().T), np.cov(mu.numpy().T), atol=0.06)


def test_codes_that_never_vary_have_a_gaussian_too():
    mu = torch.tensor([[1.0, 5.0], [3.0, 5.0]])
    drawn = fitted_gaussian(mu).draw(torch.randn(100, 2))
    assert drawn.isfinite().all()
    torch.testing.assert_close(drawn[:, 1], torch.full((100,), 5.0), atol=1e-4, rtol=0)
    assert fitted_gaussian(torch.tensor([[0.0], [2.0]])).root.item() == pytest.approx(2**0.5)  # one number


@pytest.mark.parametrize("mu", [torch.zeros(1, 2), torch.full((3, 2), torch.nan), torch.zeros(3)])
def test_no_gaussian_without_codes(mu):
    with pytest.raises(ValueError, match=r"codes"):
        fitted_gaussian(mu)


def test_models_of_one_length_get_the_same_points():
    assert torch.equal(latent_points("prior", 16, 3), latent_points("prior", 16, 3))
    assert not torch.equal(latent_points("prior", 16, 3), latent_points("prior", 16, 4))
    assert latent_points("prior", 2, 1).shape == (DRAWS, 2)
    gaussian = fitted_gaussian(torch.randn(50, 16))
    torch.testing.assert_close(latent_points("fitted", 16, 3, 1, gaussian), gaussian.draw(latent_points("prior", 16, 3)))


def test_the_points_do_not_depend_on_the_global_generator_and_leave_it_alone():
    torch.manual_seed(1)
    before, first = torch.get_rng_state(), latent_points("prior", 4, 9)
    assert torch.equal(before, torch.get_rng_state())
    torch.manual_seed(2)
    assert torch.equal(first, latent_points("prior", 4, 9))


def test_along_an_axis_one_number_moves():
    z = latent_points("axis", 5, 1, number=4)
    assert z[:, 3].tolist() == list(STEPS)
    assert STEPS[0] == -STEPS[-1] == -3
    assert z[:, [0, 1, 2, 4]].abs().max() == 0


@pytest.mark.parametrize("number", [0, 6, -1])
def test_there_is_no_axis_outside_the_code(number):
    with pytest.raises(ValueError, match="5 numbers"):
        latent_points("axis", 5, 1, number)


def test_fitted_draws_need_a_gaussian():
    with pytest.raises(ValueError, match="Gaussian"):
        latent_points("fitted", 5, 1)


@pytest.fixture(scope="module")
def some():
    digits = embedded()
    return digits.subset(torch.arange(0, 5000, 25))  # 20 of each class


def test_neighbours_read_what_scikit_learn_predicts(some):
    codes = Codes(some.pixels().flatten(1)[:, 300:340].contiguous(), None, some.labels)
    first, second = halves(codes.labels, 0)
    cut = [(first.numpy(), second.numpy()), (second.numpy(), first.numpy())]
    expected = cross_val_predict(KNeighborsClassifier(10), codes.mu.numpy(), codes.labels.numpy(), cv=cut)
    found = by_neighbours(codes)
    assert found.predicted.tolist() == expected.tolist()
    assert found.confusion.sum() == len(some)
    assert found.accuracy == pytest.approx((expected == codes.labels.numpy()).mean())


def test_the_head_and_the_judge_read_what_they_say(some):
    model = fresh(smallest("dense-multistage-vae")).eval().requires_grad_(False)
    codes = encode_set(model, some)
    assert by_head(model, some, codes).predicted.tolist() == model.classify(codes.mu).argmax(dim=1).tolist()
    brightest = by_judge(model, some, codes, lambda x: x.flatten(1)[:, :10])
    assert brightest.predicted.tolist() == model.decode(codes.mu).flatten(1)[:, :10].argmax(dim=1).tolist()
    with pytest.raises(TypeError, match="class head"):
        by_head(fresh(smallest("dense-vae")).eval(), some, codes)


def classified(pairs):
    labels = torch.tensor([true for true, _ in pairs])
    return score(torch.eye(10)[[seen for _, seen in pairs]], labels)


def test_mistakes_are_counted_the_worst_first():
    found = classified([(4, 9)] * 3 + [(4, 4)] * 3 + [(3, 8), (3, 5), (3, 3), (3, 3)] + [(7, 7)])
    assert mistakes(found) == [Mistake(4, 9, 3), Mistake(3, 5, 1), Mistake(3, 8, 1)]
    assert mistakes(found, most=1) == [Mistake(4, 9, 3)]
    assert worst_share(found) == 0.5
    assert mistakes(classified([(1, 1), (2, 2)])) == []
    assert worst_share(classified([(1, 1)])) == 0


def test_what_is_not_read_alike_is_found():
    one, two = classified([(1, 1), (4, 9), (3, 8)]), classified([(1, 1), (4, 4), (3, 8)])
    assert read_differently([one, two]).tolist() == [1]
    assert read_differently([one, one, two]).tolist() == [1]
    assert read_differently([one]).tolist() == []


def test_every_class_comes_once_before_any_comes_twice():
    labels = torch.tensor([7, 7, 7, 2, 2, 5, 0])
    assert some_of_each_class(torch.arange(7), labels, 4).tolist() == [6, 3, 5, 0]
    assert some_of_each_class(torch.arange(7), labels, 5).tolist() == [6, 3, 4, 5, 0]
    assert some_of_each_class(torch.tensor([1, 2, 4]), labels, 10).tolist() == [4, 1, 2]
    assert some_of_each_class(torch.tensor([], dtype=torch.int64), labels, 10).tolist() == []


def test_the_sheet_has_the_rows_as_they_are():
    digits = embedded().images[:10]
    with Image.open(BytesIO(sheet_png([digits, digits.float() / 255], scale=1))) as sheet:
        pixels = np.asarray(sheet)
    assert pixels.shape == (2 * 28 + 2, 10 * 28 + 9 * 2)
    assert (pixels[:28] == pixels[30:]).all()
    assert (pixels[:28, 30:58] == digits[1].numpy()).all()


@pytest.mark.parametrize("rows", [[], [torch.zeros(3, 28, 28), torch.zeros(2, 28, 28)]])
def test_rows_that_make_no_sheet_are_refused(rows):
    with pytest.raises(ValueError, match="rows"):
        sheet_png(rows)


def test_the_table_as_a_file():
    own, other = {"mse": 0.0118, "accuracy": 0.95}, {"mse": 0.0120, "accuracy": 0.95}
    lines = table([(own, [own, other]), ({"mse": 0.02}, [])])
    text = metrics_csv(["=HYPERLINK(1)", "b, c"], "some digits", lines, [("seed", ["0", "1"])])
    rows = list(csv.DictReader(StringIO(text)))
    assert [row["metric"] for row in rows] == ["MSE, z = μ", "accuracy of the class head", "seed"]
    first, second, last = rows
    assert (first["'=HYPERLINK(1)"], first["b, c"], first["measured on"]) == ("0.0118", "0.02", "some digits")
    assert (first["'=HYPERLINK(1): lowest seed"], first["'=HYPERLINK(1): highest seed"]) == ("0.0118", "0.012")
    assert first["b, c: lowest seed"] == ""
    assert float(first["largest difference"]) == pytest.approx(0.0082)
    assert float(first["spread over seeds"]) == pytest.approx(0.0002)
    assert (second["'=HYPERLINK(1)"], second["unit"], second["largest difference"]) == ("95", "%", "")
    assert (last["'=HYPERLINK(1)"], last["b, c"]) == ("0", "1")
