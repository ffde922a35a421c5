"""Pictures of a run: bars for a terminal, and lines as SVG."""

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

import msgspec

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_COLOURS = ("#1f6feb", "#d1242f", "#1a7f37", "#8250df", "#bf8700", "#57606a")
_WIDE, _HIGH = 960, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 20, 50, 50


def bar(share: float | None, columns: int = 24) -> str:
    """`share` 1 fills the columns; empty for None."""
    if share is None:
        return ""
    eighths = round(max(0.0, min(share, 1.0)) * columns * 8)
    return (_EIGHTHS[8] * (eighths // 8) + (_EIGHTHS[eighths % 8] if eighths % 8 else "")).ljust(columns)


class Series(msgspec.Struct, frozen=True):
    """Shares from 0 to 1, one for each label; None leaves a gap."""

    name: str
    shares: Sequence[float | None]


def svg(title: str, labels: Sequence[str], series: Sequence[Series]) -> str:
    """Lines over the labels, with a legend; the axis goes from 0 to 100 %."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_HIGH}" font-family="sans-serif" '
        'font-size="12">',
        f'<rect width="{_WIDE}" height="{_HIGH}" fill="white"/>',
        f'<text x="{_LEFT}" y="20" font-size="15">{escape(title)}</text>',
        *_grid(),
        *_labels(labels),
    ]
    for number, each in enumerate(series):
        parts += _line(each, number, len(labels))
    return "\n".join([*parts, "</svg>", ""])


def _x(place: int, count: int) -> float:
    return _LEFT + (place + 0.5) * (_WIDE - _LEFT - _RIGHT) / max(count, 1)


def _y(share: float) -> float:
    return _HIGH - _BOTTOM - share * (_HIGH - _TOP - _BOTTOM)


def _grid() -> Iterator[str]:
    for percent in range(0, 101, 20):
        y = _y(percent / 100)
        yield f'<line x1="{_LEFT}" x2="{_WIDE - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#d0d7de"/>'
        yield f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{percent} %</text>'


def _labels(labels: Sequence[str], most: int = 16) -> Iterator[str]:
    step = -(-len(labels) // most) or 1
    for place in range(0, len(labels), step):
        x = _x(place, len(labels))
        text = escape(labels[place])
        yield f'<text x="{x:.1f}" y="{_HIGH - _BOTTOM + 18}" text-anchor="middle">{text}</text>'


def _line(series: Series, number: int, count: int) -> Iterator[str]:
    colour = _COLOURS[number % len(_COLOURS)]
    points = [(_x(place, count), share) for place, share in enumerate(series.shares)]
    for run in _runs(points):
        path = " ".join(f"{x:.1f},{_y(share):.1f}" for x, share in run)
        yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
        yield from (f'<circle cx="{x:.1f}" cy="{_y(share):.1f}" r="2.5" fill="{colour}"/>' for x, share in run)
    x = _LEFT + number * (_WIDE - _LEFT - _RIGHT) / len(_COLOURS)
    yield f'<rect x="{x:.1f}" y="{_HIGH - 18}" width="12" height="4" fill="{colour}"/>'
    yield f'<text x="{x + 18:.1f}" y="{_HIGH - 12}">{escape(series.name)}</text>'


def _runs(points: Sequence[tuple[float, float | None]]) -> Iterator[list[tuple[float, float]]]:
    """Stretches without a gap."""
    run: list[tuple[float, float]] = []
    for x, share in points:
        if share is not None:
            run.append((x, share))
        elif run:
            yield run
            run = []
    if run:
        yield run
