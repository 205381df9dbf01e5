"""What a model is worth, measured: errors, bounds, clusters, paths and samples, on any set of digits.

Models are on the CPU and keep the contract of `core.models.Autoencoder` (an every-beta network through `.at(beta)`). They run
in small batches, without gradients; noise comes from generators seeded by the `seed` argument. scikit-learn is imported
where it is used, so that reading this package costs a page no time.
"""

from core.evaluation.aggregated import Aggregated, aggregated_posterior, log_mixture
from core.evaluation.baselines import Baselines, fit_baselines
from core.evaluation.classification import Classification, classify_set, judge_images, score
from core.evaluation.clusters import CentroidReport, centroid_report, knn_accuracy, silhouette
from core.evaluation.codes import Codes, encode_set, mse, reconstruct_set, reconstruction_errors
from core.evaluation.elbo import Elbo, measure_elbo
from core.evaluation.everybeta import compare_to_references, rate_distortion
from core.evaluation.iwae import importance_weighted_bound, log_likelihood
from core.evaluation.purity import PairPurity, Purity, path_purity
from core.evaluation.samples import SampleQuality, compare_with_real, draw_from_prior, sample_quality, sharpness
from core.evaluation.summary import evaluate

__all__ = [
    "Aggregated",
    "Baselines",
    "CentroidReport",
    "Classification",
    "Codes",
    "Elbo",
    "PairPurity",
    "Purity",
    "SampleQuality",
    "aggregated_posterior",
    "centroid_report",
    "classify_set",
    "compare_to_references",
    "compare_with_real",
    "draw_from_prior",
    "encode_set",
    "evaluate",
    "fit_baselines",
    "importance_weighted_bound",
    "judge_images",
    "knn_accuracy",
    "log_likelihood",
    "log_mixture",
    "measure_elbo",
    "mse",
    "path_purity",
    "rate_distortion",
    "reconstruct_set",
    "reconstruction_errors",
    "sample_quality",
    "score",
    "sharpness",
    "silhouette",
]
