"""One digit and what each model makes of it, side by side: picture, numbers, code with its spread, KL. HTML; no Streamlit."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from torch import Tensor

from core.reading import Opinion, Reading
from pages.common.data_url import SVG, data_url

STYLE = (Path(__file__).parent / "reading.css").read_text(encoding="utf-8")
MOST_TOLD = 64  # numbers of a code that are bars of their own, described under the pointer
ACTIVE = 0.1  # nats: a number of a code with a smaller KL tells next to nothing about the picture
_ENDS = (1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000)  # of an axis: it keeps still while what is on it moves a little


@dataclass(frozen=True)
class Seen:
    """The digit as the network sees it: a PNG file of 28x28 pixels, what it is, and what the judge takes it for."""

    picture: bytes
    name: str
    note: str
    judged: Opinion


def html(seen: Seen, readings: Sequence[tuple[str, bytes, Reading]]) -> str:
    """The digit, then for each model its title, its picture as a PNG file and its reading."""
    lines = [escape(seen.name), f"judge: {_strong(seen.judged)}", escape(seen.note)]
    sections = [_section("The network sees", seen.picture, seen.name, lines, kind="first")]
    sections += [_of_model(*one) for one in readings]
    return f"<div class='reading'><div class='columns of{len(readings)}'>{''.join(sections)}</div></div><style>{STYLE}</style>"


def _of_model(title: str, png: bytes, found: Reading) -> str:
    head = "no class head" if found.predicted is None else f"class head: {_strong(found.predicted)}"
    total = "no σ, no KL" if found.kl is None else f"KL <strong>{found.kl.sum():.1f} nats</strong>"
    numbers = [f"MSE <strong>{found.mse:.4f}</strong>", total, f"judge: {_strong(found.judged)}", head]
    name = f"{title}: its reconstruction, MSE {found.mse:.4f}, which the judge takes for {found.judged}"
    return _section(title, png, name, numbers, _code(found), _kl(found))


def _section(title: str, png: bytes, name: str, lines: Sequence[str], *charts: str, kind: str = "") -> str:
    picture = f"<img src='{data_url(png)}' alt='{escape(name)}' title='{escape(name)}' width='28' height='28'>"
    words = "".join(f"<span>{line}</span>" for line in lines)
    return f"<section class='{kind}'><b>{escape(title)}</b>{picture}<p>{words}</p>{''.join(charts)}</section>"


def _code(found: Reading) -> str:
    """The numbers of the code: bars from 0, or mu with mu - sigma to mu + sigma over the prior's -1 to 1."""
    mu, sigma = found.mu[found.order].tolist(), _ordered(found, found.sigma)
    reach = max(abs(m) + s for m, s in zip(mu, sigma or [0] * len(mu), strict=True))
    end = _end(reach, 3 if sigma else 1)
    unit = 50 / end  # percent of the chart's height for a latent unit; 0 is at half height
    if not sigma:
        bars = [(50 + min(m, 0) * unit, abs(m) * unit, 0) for m in mu]
        return _chart("signed", f"the code: {_numbers(len(mu))}, axis ±{end}", bars, found)
    bars = [(50 + (m - s) * unit, 2 * s * unit, 50 + m * unit) for m, s in zip(mu, sigma, strict=True)]
    said = f"μ ± σ of {_numbers(len(mu))}, axis ±{end}; grey: prior ±1"
    return _chart("signed spread", said, bars, found, f" style='--prior:{2 * unit:.4g}'")


def _kl(found: Reading) -> str:
    """The divergence of each number of the code from the prior, the largest first."""
    if found.kl is None:
        return "<div class='chart'></div>"
    kl = found.kl[found.order].clamp(min=0).tolist()
    end, active = _end(max(kl), 1), sum(value > ACTIVE for value in kl)
    said = f"KL of each, largest first, axis 0 to {end}; {active} above {ACTIVE}"
    return _chart("kl", said, [(0, value / end * 100, 0) for value in kl], found)


def _chart(kind: str, said: str, bars: Sequence[tuple[float, float, float]], found: Reading, style: str = "") -> str:
    """Bars by their foot, height and mean, in percent of the chart's height, over a line of text that says the same."""
    if len(bars) > MOST_TOLD:
        columns = _silhouette(bars)
    else:
        columns = "".join(
            f"<i style='--b:{foot:.3g};--h:{height:.3g};--m:{mean:.3g}'{_told(found, i)}></i>"
            for i, (foot, height, mean) in enumerate(bars)
        )
    return (
        f"<div class='chart'><div class='bars {kind}' role='img' aria-label='{escape(said)}'{style}>{columns}</div>"
        f"<small>{said}</small></div>"
    )


def _silhouette(bars: Sequence[tuple[float, float, float]]) -> str:
    """Hundreds of bars as one picture: so many elements would take the browser longer to read than the network the digit."""
    path = "".join(f"M{i} {100 - foot - height:.3g}h1v{height:.3g}h-1z" for i, (foot, height, _) in enumerate(bars))
    drawing = (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {len(bars)} 100' preserveAspectRatio='none'>"
        f"<path d='{path}' fill='#2f86d0'/></svg>"
    )
    return f"<img class='silhouette' alt='' src='{data_url(drawing.encode(), SVG)}'>"


def _told(found: Reading, i: int) -> str:
    """What the pointer shows over one bar; `i` counts along the chart."""
    j = int(found.order[i])
    said = f"number {j + 1}: μ = {found.mu[j]:.2f}"
    if found.sigma is not None and found.kl is not None:
        said += f", σ = {found.sigma[j]:.2f}, KL = {found.kl[j]:.2f} nats"
    return f" title='{said.replace('-', '−')}'"


def _ordered(found: Reading, values: Tensor | None) -> list[float]:
    return [] if values is None else values[found.order].tolist()


def _end(largest: float, least: int) -> int:
    """The end of an axis for values up to `largest`: never below `least`."""
    return next((end for end in _ENDS if end >= max(largest, least)), _ENDS[-1])


def _strong(opinion: Opinion) -> str:
    return f"<strong>{escape(str(opinion))}</strong>"


def _numbers(size: int) -> str:
    return "1 number" if size == 1 else f"{size} numbers"
