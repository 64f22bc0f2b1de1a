"""What a fit came to, in sentences."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from itertools import combinations
from math import isnan

import pandas as pd

from sim.study.calibrate.apart import FEWEST, sentences
from sim.study.calibrate.fitted import Fit, fit_frame, held_out, in_fit
from sim.study.calibrate.observations import INPUT, NO, YES, Observation
from sim.verdict.phrases import titled
from sim.verdict.worlds_words import fact_in_words


def words(of: Fit) -> str:
    """The whole report as text."""
    frame = fit_frame(of)
    parts = [[titled(of.scenario.title, of.scenario.illustrative)]]
    parts += [_head(of), _fit(of, frame), _held_out(of, frame), _told(of), _observations(of), _how(of)]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _head(of: Fit) -> list[str]:
    points, cut = len(of.searched.values), of.how.cut
    if not of.fits:
        i = int(of.searched.implausible[of.central][of.searched.fitted].argmax())
        worst = [one for one in of.observations if one.fitted == YES][i]
        return [
            f"Nothing fits: none of {points} points has every fitted figure within an implausibility of {cut:g}.",
            f"The nearest has one of {of.searched.worst[of.central]:.1f} at {worst.name}. Wider ranges, a"
            " stated discrepancy or another structure may do it; no set is handed over.",
        ]
    few = "" if of.fits >= FEWEST else " That is few: more --points would tell more of the set."
    kept = "" if len(of.rows) == of.fits else f", of which {len(of.rows)} are handed over"
    return [
        f"{of.fits} of {points} points fit{kept}: every fitted figure within an implausibility of"
        f" {cut:g}.{few}",
        "A set, not a best: each row of it has been run and fits as well as can be told.",
    ]


def _fit(of: Fit, frame: pd.DataFrame) -> list[str]:
    fitted = in_fit(frame)
    if fitted.empty:
        return []
    good = int(fitted["within_allowed"].sum())
    lines = [f"Fitted: {good} of {len(fitted)} within what is allowed at the {_row(of)}."]
    return lines + [_line(row) for row in fitted.to_dict("records")]


def _row(of: Fit) -> str:
    """What stands for all points: of a set its middle; without one the point nearest to what was observed."""
    return "central row" if of.fits else "nearest point"


def _held_out(of: Fit, frame: pd.DataFrame) -> list[str]:
    held = held_out(of, frame)
    good, band = int(held["within_allowed"].sum()), int(held["in_band"].sum())
    away = float((held["error_percent"].abs()).mean())
    inside = f"; {band} of {len(held)} inside the band of the set" if of.fits else ""
    lines = [
        f"Held out: {good} of {len(held)} within what is allowed at the {_row(of)}, mean error"
        f" {away:.1f} %{inside}."
    ]
    lines += [_line(row) for row in held.to_dict("records")]
    given = frame[frame["fitted"] == INPUT]
    if len(given):
        lines.append(f"Neither, as the scenario was given them: {'; '.join(given['figure'])}.")
    return lines


def _line(row: Mapping[Hashable, object]) -> str:
    mark = "" if row["within_allowed"] else " OUTSIDE what is allowed"
    central, observed, low, high = (
        float(str(row[key])) for key in ("central", "observed", "set_low", "set_high")
    )
    band = "" if isnan(low) else f" ({_amount(low)} to {_amount(high)})"
    return (
        f"  {row['figure']}: {_amount(central)}{band}, observed {_amount(observed)},"
        f" {float(str(row['error_percent'])):+.1f} %{mark}"
    )


def _amount(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _told(of: Fit) -> list[str]:
    if not of.fits:
        return []
    if of.apart is None:
        return [f"With fewer than {FEWEST} rows nothing is said of which parameters are told apart."]
    values = ", ".join(f"{value:.3g}" for value in of.apart.values)
    lines = sentences(of.apart, [fact_in_words(one.path) for one in of.parameters])
    return [
        "What the fitted figures tell apart:",
        *(f"  {line[:1].upper()}{line[1:]}" for line in lines),
        f"  Singular values of the scaled slopes at the central row: {values}.",
    ]


def _observations(of: Fit) -> list[str]:
    fitted = [one for one in of.observations if one.fitted == YES]
    held = [one for one in of.observations if one.fitted == NO]
    return [
        f"The {len(fitted)} fitted figures depend on each other: over the points tried they move like"
        f" {of.worth:.1f} independent ones, and pairs of them that are of one measure on common days:"
        f" {_pairs(fitted, fitted)}. So no figure's agreement is multiplied with another's: each alone"
        " must hold.",
        _new(_pairs(held, fitted)),
    ]


def _new(pairs: int) -> str:
    if not pairs:
        return "No held-out figure is of the same measure on the same days as a fitted one."
    return (
        "Pairs of a held-out and a fitted figure that are of one measure on common days, so that what is"
        f" held out is not wholly new: {pairs}."
    )


def _pairs(one: Sequence[Observation], other: Sequence[Observation]) -> int:
    pairs = combinations(one, 2) if one is other else ((a, b) for a in one for b in other)
    return sum(
        a.measure == b.measure and a.first <= b.last and b.first <= a.last for a, b in pairs
    )


def _how(of: Fit) -> list[str]:
    how = of.how
    return [
        f"How: {how.points} points in waves, {how.replications} replication{'s' * (how.replications > 1)} each"
        " with the same luck"
        f" (seed {how.seed}); facts that are not fitted stand at their stated values. Implausibility is the"
        " distance from the observed value over the root of the sum of squares of its standard error (a third"
        f" of what is allowed), {100 * how.discrepancy:g} % of it for the model, and luck.",
    ]
