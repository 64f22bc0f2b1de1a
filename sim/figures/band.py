"""How a series spreads over worlds, day by day."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from math import floor, log10
from operator import itemgetter
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.figures.finished import Floats
from sim.figures.labels import End
from sim.figures.look import BLUE, HALF, MOST
from sim.figures.wording import SPACE, about, amount, within

_FAR = 0.5  # of the most that is drawn
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
SAYS = "Dark band: middle half of them; light band: middle 90 %.".replace(
    " %", "\N{NO-BREAK SPACE}%"
)


class Band(NamedTuple):
    """Quantiles over worlds (days,) each."""

    low90: Floats
    low50: Floats
    median: Floats
    high50: Floats
    high90: Floats

    def frame(self, prefix: str = "") -> pd.DataFrame:
        """One column for each quantile."""
        return pd.DataFrame({f"{prefix}{name}": getattr(self, name) for name in self._fields})


def band(series: Floats) -> Band:
    """Quantiles over the last axis of a series (days, worlds); not a number where it is none."""
    whole = np.isfinite(series).all(axis=1)
    out = np.full((len(QUANTILES), len(series)), np.nan)
    if whole.any():
        out[:, whole] = np.quantile(series[whole], QUANTILES, axis=1)
    return Band(*out)


def trailing(series: Floats, days: int) -> Floats:
    """Mean of the last `days` days (days, worlds); not a number until so many have passed."""
    sums = np.cumsum(np.vstack([np.zeros(series.shape[1]), series]), axis=0)
    out = np.full(series.shape, np.nan)
    if len(series) >= days:
        out[days - 1 :] = (sums[days:] - sums[:-days]) / days
    return out


def paint(axes: Axes, dates: pd.DatetimeIndex, spread: Band, colour: str = BLUE) -> None:
    """Both bands and the median."""
    axes.fill_between(dates, spread.low90, spread.high90, color=MOST, linewidth=0)
    axes.fill_between(dates, spread.low50, spread.high50, color=HALF, linewidth=0)
    axes.plot(dates, spread.median, color=colour, linewidth=2, solid_capstyle="butt")


def scaled(axes: Axes, drawn: Sequence[Floats]) -> str:
    """Sets the scale, and what a heading then says of it.

    It begins at nothing; but where all that is drawn is far from it, a little below the least of it.
    """
    known = [values[np.isfinite(values)] for values in drawn]
    least, most = min(x.min() for x in known if x.size), max(x.max() for x in known if x.size)
    if least < _FAR * most or most <= 0:
        axes.set_ylim(0, 1.08 * max(float(most), 1e-9))
        return ""
    across = float(most - least) or 0.2 * float(most)
    step = 10.0 ** floor(log10(across))
    low = max(0.0, floor((float(least) - 0.1 * across) / step) * step)
    axes.set_ylim(low, float(most) + 0.15 * across)
    return f"{SPACE}(the scale begins at {amount(low)})" if low else ""


def last(values: Floats) -> float:
    """The last that is a number."""
    known = values[np.isfinite(values)]
    return float(known[-1]) if len(known) else float("nan")


def end(spread: Band, text: str) -> End:
    """The label of a median."""
    return End(last(spread.median), text, BLUE)


def _around(low: float, high: float) -> str:
    """Nothing where all are the same."""
    return f" ({within(low, high)})" if high > low else ""


def months(dates: pd.DatetimeIndex, spread: Band) -> str:
    """The last known value of each month in words, for the text alternative; like months together."""
    frame = spread.frame()[["low90", "median", "high90"]].set_index(dates).dropna()
    rows = frame.groupby(pd.DatetimeIndex(frame.index).to_period("M")).last()
    told = [
        (f"{when:%B %Y}", f"{about(middle, low, high)}{_around(low, high)}")
        for when, low, middle, high in rows.itertuples(name=None)
    ]
    runs = [[when for when, _ in same] for _, same in groupby(told, key=itemgetter(1))]
    values = [value for value, _ in groupby(told, key=itemgetter(1))]
    return " ".join(f"{_period(run)}: {value}." for run, value in zip(runs, values, strict=True))


def _period(months: Sequence[str]) -> str:
    return months[0] if len(months) == 1 else f"{months[0]} to {months[-1]}"
