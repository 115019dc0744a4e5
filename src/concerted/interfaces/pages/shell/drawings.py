"""Works out the geometry of small server-drawn pictures (SVG attributes as text); it sets no colour."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

Value = float | None
Across = Callable[[date], float]


def fixed(number: float) -> str:
    """Return a coordinate as text that no language setting can change."""
    return f"{number:.1f}".rstrip("0").rstrip(".")


@dataclass(frozen=True)
class Sparkline:
    """A line of values: unbroken stretches, single points, gaps left unreported, the target's height."""

    width: int
    height: int
    stretches: tuple[str, ...]
    dots: tuple[tuple[str, str], ...]
    gaps: tuple[tuple[str, str], ...]
    last: tuple[str, str] | None
    target_y: str | None


def sparkline(
    values: Sequence[Value], target: Value = None, *, width: int = 160, height: int = 36
) -> Sparkline:
    """Lay out values from left to right; None leaves a gap that stays visible and is never bridged."""
    known = [float(v) for v in [*values, target] if v is not None]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    span = (high - low) or 1.0
    step = (width - 12) / max(1, len(values) - 1)

    def across(index: int) -> float:
        return 6 + index * step

    def up(value: float) -> float:
        return height - 6 - (value - low) / span * (height - 12)

    stretches: list[list[tuple[str, str]]] = [[]]
    gaps = []
    for index, value in enumerate(values):
        if value is None:
            gaps.append((fixed(across(index)), fixed(height - 3)))
            stretches.append([])
        else:
            stretches[-1].append((fixed(across(index)), fixed(up(float(value)))))
    points = [point for stretch in stretches for point in stretch]
    return Sparkline(
        width=width,
        height=height,
        stretches=tuple(" ".join(",".join(p) for p in s) for s in stretches if len(s) > 1),
        dots=tuple(s[0] for s in stretches if len(s) == 1),
        gaps=tuple(gaps),
        last=points[-1] if points else None,
        target_y=None if target is None else fixed(up(float(target))),
    )


@dataclass(frozen=True)
class Interval:
    """A value with its bounds on one scale, as horizontal positions out of 100."""

    value: str | None
    low: str | None
    width: str | None
    target: str | None
    zero: str | None


def interval(
    value: Value,
    low: Value = None,
    high: Value = None,
    *,
    minimum: float,
    maximum: float,
    target: Value = None,
) -> Interval:
    """Place a value, its bounds and its target on one scale; what lies outside is drawn at the edge."""
    span = (maximum - minimum) or 1.0

    def across(number: Value) -> float | None:
        return None if number is None else min(100.0, max(0.0, (float(number) - minimum) / span * 100))

    left, right = across(low), across(high)
    return Interval(
        value=_text(across(value)),
        low=_text(left),
        width=None if left is None or right is None else fixed(max(1.0, right - left)),
        target=_text(across(target)),
        zero=_text(across(0)) if minimum < 0 < maximum else None,
    )


def _text(position: float | None) -> str | None:
    return None if position is None else fixed(position)


@dataclass(frozen=True)
class Tick:
    """A date on the axis of a timeline drawing."""

    x: str
    label: str


@dataclass(frozen=True)
class Mark:
    """A milestone on a timeline drawing."""

    x: str
    label: str
    on: date
    state: str


@dataclass(frozen=True)
class Span:
    """One row of a timeline drawing: from where to where, how high, and what stands there."""

    label: str
    href: str
    start: date
    end: date
    state: str
    critical: bool
    x: str
    width: str
    y: str
    text_y: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Gantt:
    """A drawing of spans of time over a common axis, in SVG units."""

    width: int
    height: int
    rows: tuple[Span, ...]
    ticks: tuple[Tick, ...]
    today_x: str | None
    label_width: int = 0
    links: tuple[str, ...] = field(default=())


ROW, TOP, LABELS, WIDTH = 30, 28, 300, 1100


def gantt(
    bars: Sequence[dict[str, object]],
    *,
    today: date | None = None,
    links: Sequence[tuple[int, int]] = (),
) -> Gantt:
    """Lay out bars (label, start, end, and optionally frees, href, state, critical, milestones) under each other.

    frees: the day a link leaves the bar, its end where none is given. links: pairs of row numbers (earlier,
    later) that depend on each other.
    """
    if not bars:
        return Gantt(WIDTH, TOP, (), (), None, LABELS)
    first = min(_day(bar["start"]) for bar in bars)
    last = max(_day(bar["end"]) for bar in bars)
    first, last = first.replace(day=1), last + timedelta(days=14)
    per_day = (WIDTH - LABELS - 10) / max(1, (last - first).days)

    def across(on: date) -> float:
        return LABELS + (on - first).days * per_day

    rows = tuple(_span(bar, index, across) for index, bar in enumerate(bars))
    return Gantt(
        width=WIDTH,
        height=TOP + ROW * len(rows) + 8,
        rows=rows,
        ticks=_ticks(first, last, across),
        today_x=fixed(across(today)) if today and first <= today <= last else None,
        label_width=LABELS,
        links=tuple(_link(rows, bars, pair, across) for pair in links),
    )


def _day(value: object) -> date:
    if isinstance(value, date):
        return value
    raise TypeError(f"a timeline needs dates, not {value!r}")


def _span(bar: dict[str, object], index: int, across: Across) -> Span:
    start, end = _day(bar["start"]), _day(bar["end"])
    top = TOP + ROW * index
    milestones = bar.get("milestones") or ()
    assert isinstance(milestones, Sequence)
    return Span(
        label=str(bar["label"]),
        href=str(bar.get("href") or ""),
        start=start,
        end=end,
        state=str(bar.get("state") or "planned"),
        critical=bool(bar.get("critical")),
        x=fixed(across(start)),
        width=fixed(max(3.0, across(end) - across(start))),
        y=fixed(top + 7),
        text_y=fixed(top + 20),
        marks=tuple(
            Mark(fixed(across(on := _day(m["on"]))), str(m["label"]), on, str(m.get("state") or "planned"))
            for m in milestones
        ),
    )


def _ticks(first: date, last: date, across: Across) -> tuple[Tick, ...]:
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    every = next(size for size in (1, 3, 6, 12, 24, 60, 120, 1200) if months / size <= 12)
    ticks = []
    for offset in range(0, months, every):
        year, month = divmod(first.year * 12 + first.month - 1 + offset, 12)
        label = str(year) if every >= 12 else f"{year}-{month + 1:02d}"
        ticks.append(Tick(fixed(across(date(year, month + 1, 1))), label))
    return tuple(ticks)


def _link(
    rows: Sequence[Span], bars: Sequence[dict[str, object]], pair: tuple[int, int], across: Across
) -> str:
    earlier, later = pair
    x1, y1 = across(_day(bars[earlier].get("frees") or bars[earlier]["end"])), TOP + ROW * earlier + 15
    x2, y2 = across(_day(bars[later]["start"])), TOP + ROW * later + 15
    return f"M{fixed(x1)},{fixed(y1)} h6 V{fixed(y2)} H{fixed(max(x2, LABELS))}"
