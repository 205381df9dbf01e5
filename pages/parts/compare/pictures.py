"""The same digits, and the same latent points, as each model draws them."""

from collections.abc import Sequence

import streamlit as st
import torch

from core import reading
from core.comparison import files
from core.comparison.sides import DRAWS, STEPS, Source, latent_points
from core.evaluation import judge_images
from core.evaluation.batches import decode_all
from core.pictures.choosing import Shown, choose
from core.pictures.images import Images
from core.reconstruction import reconstruct
from pages.common import gallery, loaders, own_digit, reading_cards, redrawn
from pages.common.gallery import Row
from pages.parts.compare import loaders as ground
from pages.parts.compare import words
from pages.parts.compare.loaders import Contender
from pages.parts.compare.pickers import ComparePickers


def reconstructions(pick: ComparePickers, contenders: Sequence[Contender]) -> None:
    """Digits that no model was trained on, over what each model makes of them; above them the visitor's own, read by each."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        choice, seed = pick.pictures(), pick.draw()
        errors = pick.switch("errors", "Error maps", "Red where a drawing is too bright, blue where it is too dark.")
        own = own_digit.instead("cmp", pick, "Set your own digit above the numbered ones, with its code in every model.")
    if own is not None:
        _read(own, contenders)
    shown = choose(ground.unseen(), choice, seed)
    rows, sheet = [Row("Originals", ["784 pixels"], gallery.pngs(shown.images), shown.names, shown.names)], [shown.images]
    for contender in contenders:
        made, pictures = _reconstructed(contender, shown, errors)
        rows += made
        sheet.append(pictures)
    gallery.show(rows, key="cmp-gallery")
    _download("reconstructions", sheet)


def _read(own: Shown, contenders: Sequence[Contender]) -> None:
    """The visitor's own digit with its error and its code in every model."""
    x, judge = own.pixels(), loaders.judge()
    seen = reading_cards.Seen(gallery.pngs(own.images)[0], own.names[0], "28 × 28 pixels", reading.judged(judge, x))
    found = [(c.title, reading.read(ground.model(c.name, c.beta), judge, x)) for c in contenders]
    st.html(reading_cards.html(seen, [(title, gallery.pngs(one.image[None])[0], one) for title, one in found]))


def _reconstructed(contender: Contender, shown: Shown, errors: bool) -> tuple[list[Row], torch.Tensor]:
    found = reconstruct(ground.model(contender.name, contender.beta), shown.pixels())
    notes = [f"{contender.latent_dim} numbers, MSE here {found.mean_mse:.4f}", *words.test_error(contender)]
    return redrawn.rows(contender.title, notes, shown, found, errors), found.images


def samples(pick: ComparePickers, contenders: Sequence[Contender], few: bool) -> None:
    """What each model decodes from the same latent points, and what a judge sees in it."""
    smallest = min(contender.latent_dim for contender in contenders)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        source = pick.source()
        seed, number = (1, pick.axis(smallest)) if source == "axis" else (pick.draw(), 1)
    rows, sheet = [], []
    for contender in contenders:
        row, pictures = _drawn(contender, source, seed, number, few)
        rows.append(row)
        sheet.append(pictures)
    gallery.show(rows, key="cmp-samples")
    st.caption(_which_points(contenders, source, few))
    _download(f"latent-points-{source}", sheet)


def _drawn(contender: Contender, source: Source, seed: int, number: int, few: bool) -> tuple[Row, torch.Tensor]:
    model = ground.model(contender.name, contender.beta)
    used: Source = "fitted" if source == "prior" and not model.variational else source
    fitted = ground.gaussian(contender.name, contender.beta, few) if used == "fitted" else None
    pictures = decode_all(model, latent_points(used, contender.latent_dim, seed, number, fitted))
    chances = judge_images(loaders.judge(), pictures)  # (B, 10)
    seen, sure = chances.argmax(dim=1).tolist(), chances.amax(dim=1)
    notes = [f"{contender.latent_dim} numbers"]
    if used != source:
        notes.append("has no prior: a Gaussian fitted to its codes")
    if used == "prior":
        notes += _quality(contender)
    notes.append(f"the judge is {100 * sure.mean():.0f} % sure, on average")
    points = [f"z{number} = {value:g}" for value in STEPS] if source == "axis" else [f"draw {i}" for i in range(1, DRAWS + 1)]
    names = [
        f"{point} by {contender.title}: the judge sees {k} ({p:.0%})"
        for point, k, p in zip(points, seen, sure.tolist(), strict=True)
    ]
    captions = [f"{value:g}".replace("-", "−") for value in STEPS] if source == "axis" else [f"{k}" for k in seen]
    return Row(contender.title, notes, gallery.pngs(pictures), names, captions), pictures


def _quality(contender: Contender) -> list[str]:
    known = ground.test_metrics(contender.name, contender.beta)
    if known is None or "sample_sharpness" not in known[0]:
        return []
    return [f"sharpness {known[0]['sample_sharpness']:.2f}, diversity {known[0]['sample_diversity']:.2f}"]


def _which_points(contenders: Sequence[Contender], source: Source, few: bool) -> str:
    """What the decoded points are, and for whom they are the same."""
    if source == "axis":
        return (
            "Below: the value of that number; all the others are 0. Networks that were trained apart use their numbers for "
            "different things, so only the decoders are asked the same question, not the same meaning."
        )
    sizes = {contender.latent_dim for contender in contenders}
    shared = (
        "All models decode the same ten draws of noise. "
        if len(sizes) == 1
        else "Models with codes of one length decode the same ten draws of noise; z of different lengths cannot be the same. "
    )
    fitted = f" The Gaussian has the mean and covariance of the codes of {words.digits_used(few)}."
    plain = any(not ground.model(c.name, c.beta).variational for c in contenders)
    below = "Below: the class that an independent judge sees."
    if source == "prior":
        quality = " Sharpness and diversity are of 1,000 draws, 1 for real digits."
        return shared + below + quality + (fitted if plain else "")
    return shared + "For each model the noise is carried to the Gaussian of its own codes. " + below + fitted


def _download(name: str, rows: Sequence[Images]) -> None:
    st.download_button(
        "Pictures (PNG)",
        lambda: files.sheet_png(rows),
        f"{name}.png",
        "image/png",
        help="The rows stand in the order of this page.",
        **gallery.DOWNLOAD,
    )
