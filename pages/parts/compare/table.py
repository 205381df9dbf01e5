"""All metrics of the models side by side, with the spread over seeds, over what the models are."""

from collections.abc import Sequence
from functools import partial
from html import escape

import streamlit as st

from core.comparison import files, metrics
from core.comparison.differences import NO_EFFECT
from core.comparison.metrics import Line
from pages.common import gallery, prose
from pages.parts.compare import loaders as ground
from pages.parts.compare import words
from pages.parts.compare.loaders import Contender
from pages.parts.compare.pickers import ComparePickers

TEST = "10,000 test digits"
UNSEEN = "1,000 unseen embedded digits"
Facts = list[tuple[str, list[str]]]


def numbers(pick: ComparePickers, contenders: Sequence[Contender]) -> None:
    """The table, and the table as a file."""
    known = [ground.test_metrics(contender.name, contender.beta) for contender in contenders]
    where = TEST if all(known) else UNSEEN
    if where == TEST:
        models = known
        said = "Measured on MNIST's **10,000 test digits**."
    else:
        slow = pick.switch(
            "paths", "Paths and draws too (takes seconds)", "All 45 paths are walked and 1,000 draws are judged."
        )
        models = [(_measured(c, slow), found[1] if found else []) for c, found in zip(contenders, known, strict=True)]
        said = _why_not_test(contenders, [c for c, found in zip(contenders, known, strict=True) if not found])
    lines, facts = metrics.table(models), _facts(contenders)
    titles = [contender.title for contender in contenders]
    st.markdown(f"{said} {_about_spread(contenders, models)}")
    st.html(_table(titles, lines, facts, "seeds" if where == TEST else "seeds, test set:"))
    make = partial(files.metrics_csv, titles, where, lines, facts)
    st.download_button("Numbers (CSV)", make, "comparison.csv", "text/csv", **gallery.DOWNLOAD)


def _measured(contender: Contender, slow: bool) -> dict[str, float]:
    found = ground.measured(contender.name, contender.beta)
    return found | ground.measured_generator(contender.name, contender.beta) if slow else found


def _why_not_test(contenders: Sequence[Contender], unknown: Sequence[Contender]) -> str:
    names = " and ".join(prose.plain(contender.title) for contender in unknown)
    everyone = {1: "", 2: "both "}.get(len(contenders), f"all {len(contenders)} ")
    same = "the same " if len(contenders) > 1 else ""
    return (
        f"Measured now, {everyone}on {same}**1,000 embedded digits** that no model was trained on: {names} "
        f"{'has' if len(unknown) == 1 else 'have'} not been measured on the test set. One digit is 0.1 % of an accuracy; "
        "nearest codes are looked for among 500."
    )


def _facts(contenders: Sequence[Contender]) -> Facts:
    """What the models are: a row for each setting, with a value for each model."""
    sides = [ground.side(contender) for contender in contenders]
    rows: Facts = [
        ("parameters", [f"{ground.parameters(contender.name):,}" for contender in contenders]),
        ("digits trained on", [f"{side.images:,}" for side in sides]),
        ("training time, one thread", [f"{ground.training_time(contender.name):.0f} s" for contender in contenders]),
    ]
    known = [side.settings() for side in sides]
    names = max(known, key=len)  # a model that has fewer has none of its own
    return rows + [(name, [found.get(name, NO_EFFECT) for found in known]) for name in names]


def _table(titles: Sequence[str], lines: Sequence[Line], facts: Facts, seeds: str) -> str:
    numbered = len(titles) > 2  # then the last column tells models by their numbers
    heads = "".join(
        f"<th scope='col'>{f'<small>model {i}</small>' if numbered else ''}{escape(title)}</th>"
        for i, title in enumerate(titles, 1)
    )
    wide, group, rows = len(titles) + 2, "", []
    for line in lines:
        if line.metric.group != group:
            group = line.metric.group
            rows.append(_group(group, wide))
        rows.append(_line(line, seeds))
    rows.append(_group("What they are", wide))
    for name, values in facts:
        kind = " class='differs'" if len(set(values)) > 1 else ""
        cells = "".join(f"<td>{escape(value)}</td>" for value in values)
        rows.append(f"<tr{kind}><th scope='row'>{escape(name)}</th>{cells}<td></td></tr>")
    head = f"<thead><tr><th scope='col'>metric</th>{heads}<th scope='col'>largest difference</th></tr></thead>"
    table = f"<table>{head}<tbody>{''.join(rows)}</tbody></table>"
    return f"<div class='compare'><div class='scroll' tabindex='0'>{table}</div></div><style>{words.STYLE}</style>"


def _group(name: str, wide: int) -> str:
    return f"<tr class='group'><th scope='rowgroup' colspan='{wide}'>{escape(name)}</th></tr>"


def _line(line: Line, seeds: str) -> str:
    metric, best = line.metric, line.best
    better = f", {metric.better} is better" if metric.better else ""
    cells = []
    for i, cell in enumerate(line.cells):
        value = "–" if cell.value is None else metric.text(cell.value)
        ends = "" if cell.spread is None else f"<small>{seeds} {metric.text(cell.low)} to {metric.text(cell.high)}</small>"
        cells.append(f"<td{' class=best' if i == best else ''}>{value}{ends}</td>")
    name = f"{escape(metric.name)}<small>{escape(metric.unit + better)}</small>"
    said = escape(words.difference(line))
    return f"<tr><th scope='row'>{name}</th>{''.join(cells)}<td>{said}</td></tr>"


def _about_spread(contenders: Sequence[Contender], models: Sequence[tuple]) -> str:
    """Whose spread over seeds is known, and what it is."""
    titles = [prose.plain(contender.title) for contender in contenders]
    several = [title for title, (_, found) in zip(titles, models, strict=True) if len(found) > 1]
    once = [title for title in titles if title not in several]
    if not several:
        return "Each recipe has been trained once, so nobody knows **how much of a difference the seed alone makes**."
    rest = f" Trained once: {', '.join(once)}." if once else ""
    return (
        "**Spread**: from the lowest to the highest of several trainings that differ in the seed alone; the largest "
        f"among these models. **Bold**: ahead of every other model by more than the spread.{rest}"
    )
