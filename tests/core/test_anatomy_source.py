"""The lines of code beside the diagram are those in the files, and every box has one."""

import inspect
from pathlib import Path

import pytest
import torch

from core import losses
from core.anatomy import source as anatomy_source
from core.anatomy.flow import dissect, draw_noise
from core.anatomy.source import excerpts, kind
from core.config import Objective
from tests.core.small_models import fresh, smallest

ROOT = Path(__file__).parents[2]
KINDS = ("conv-ae", "dense-vae", "multistage-vae")


def boxes_of(architecture):
    model = fresh(smallest(architecture))
    return [*dissect(model, torch.rand(1, 1, 28, 28), 3, draw_noise(1, 3), Objective()).parts, "total"]


@pytest.mark.parametrize("scale", ["notebook", "elbo"])
@pytest.mark.parametrize("architecture", KINDS)
def test_every_box_has_a_line_and_every_line_has_boxes_that_are_there(architecture, scale):
    boxes = boxes_of(architecture)
    lit = {box for part in excerpts(boxes, scale) for line in part.lines for box in line.boxes}
    assert lit == {kind(box) for box in boxes}


@pytest.mark.parametrize("scale", ["notebook", "elbo"])
def test_the_lines_stand_in_the_files_that_are_named(scale):
    for part in excerpts(boxes_of("multistage-vae"), scale):
        source = (ROOT / part.title.partition(":")[0]).read_text()
        body = "\n".join(line.text.strip() for line in part.lines)
        assert body in "\n".join(line.strip() for line in source.splitlines())


def test_only_the_error_of_the_chosen_scale_is_shown():
    titles = {
        scale: {part.title.rpartition(" ")[2] for part in excerpts(boxes_of("dense-vae"), scale)}
        for scale in ("notebook", "elbo")
    }
    assert titles["notebook"] - titles["elbo"] == {"squared_error"}
    assert titles["elbo"] - titles["notebook"] == {"bernoulli_cross_entropy"}


def test_an_autoencoders_code_is_a_point_and_a_vaes_a_draw():
    def lines(architecture):
        return [
            line.text.strip() for part in excerpts(boxes_of(architecture), "elbo") for line in part.lines if "z" in line.boxes
        ]

    assert "return self.mu" in lines("conv-ae")
    assert "return self.mu" not in lines("dense-vae")
    assert any("* noise" in line for line in lines("dense-vae"))
    assert not any("* noise" in line for line in lines("conv-ae"))


def test_a_line_that_adds_a_term_belongs_to_the_loss_only_where_the_network_has_the_term():
    def lines(architecture):
        found = excerpts([*boxes_of(architecture), "total"], "elbo")
        return [line.text.strip() for part in found for line in part.lines if "total" in line.boxes]

    assert len(lines("dense-multistage-vae")) == 3
    assert len(lines("dense-vae")) == 2
    assert len(lines("conv-ae")) == 1
    assert lines("dense-multistage-vae")[:2] == lines("dense-vae")


def test_a_line_that_is_gone_or_ambiguous_is_an_error():
    source = inspect.getsource(losses.loss_terms).splitlines()
    with pytest.raises(ValueError, match="0 lines"):
        anatomy_source._line_of("no such line", source, losses.loss_terms)
    with pytest.raises(ValueError, match="2 lines"):
        anatomy_source._line_of("terms = {", source, losses.loss_terms)
