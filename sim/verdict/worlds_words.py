"""What many worlds say together, in sentences that a reader can quote."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sim.verdict.numbers import amount, fine_within, joined, name, named
from sim.verdict.plausible import Chance, Moves, Plausible, Told

_MOST = 5
_WHOLE = 0.8
"""Of all values, the part that those of some worlds may span and still be worth telling."""


def worlds_in_words(of: Plausible, a_day: str = " a day") -> str:
    """How many worlds say yes, how much of the spread is chance, and what tells them apart.

    `a_day` is empty where the measure is a level.
    """
    many = "none" if of.yes == 0 else "all" if of.yes == of.drawn else f"{of.yes:,}"
    text = f"achievable in {many} of {of.drawn:,} plausible worlds."
    return " ".join([text, _chance(of.chance, a_day), _why(of)])


def _chance(of: Chance | None, a_day: str) -> str:
    if of is None:
        return "Ten runs of the stated world, and of others, are needed to tell chance from ignorance."
    return (
        f"Of the spread of the {'rate' if a_day else 'level'} reached "
        f"(standard deviation {amount(of.spread_in_all)}{a_day}) "
        f"{fine_within(of.share, of.low, of.high)} of the variance is chance "
        f"within a world ({amount(of.spread_within)}{a_day} in {of.runs:,} runs of the stated one); "
        "the rest is not knowing the facts."
    )


def _why(of: Plausible) -> str:
    if of.told_apart_by:
        return _apart(of)
    if of.moved_by:
        return f"What moves the rate most: {_moved(of.moved_by)}."
    return (
        f"None of {of.facts} uncertain facts is shown to move the rate in so few worlds; "
        "`sim sensitivity`, or more worlds, may show which do."
    )


def _apart(of: Plausible) -> str:
    """About those that say yes, or about those that say no where they are fewer."""
    rare_yes = 2 * of.yes <= of.drawn
    count, what = (of.yes, "yes") if rare_yes else (of.drawn - of.yes, "no")
    subject = f"the {count:,} that say {what}" if count > 1 else f"the one that says {what}"
    parts = [_told(row, rare_yes) for row in of.told_apart_by[:_MOST]]
    more = len(of.told_apart_by) - _MOST
    rest = f" ({more} more facts in verdict.json)" if more > 0 else ""
    return f"What {subject} have in common: {joined(parts)}{rest}."


def _told(row: Told, about_yes: bool) -> str:
    """The bound on the side they lie to, if it shuts much out; else the middle of both."""
    these, others = (row.yes, row.no) if about_yes else (row.no, row.yes)
    low, high = min(these[0], others[0]), max(these[2], others[2])
    said, width = fact_in_words(row.fact), _WHOLE * (high - low)
    if these[2] - these[0] > width:
        middles = f"{amount(these[1])} against {amount(others[1])} in the middle"
        return f"{said} mostly {_side(these[1], others[1])} ({middles})"
    unit = row.unit if row.unit[:1] in ("/", "") else f" {row.unit}"
    within = f"{amount(low)} to {amount(high)} in all"
    if these[1] > others[1] and high - these[0] <= width:
        return f"{said} from {amount(these[0])}{unit} up (of {within})"
    if these[1] < others[1] and these[2] - low <= width:
        return f"{said} up to {amount(these[2])}{unit} (of {within})"
    return f"{said} from {amount(these[0])} to {amount(these[2])}{unit} (of {within})"


def _side(value: float, other: float) -> str:
    return "higher" if value > other else "lower" if value < other else "elsewhere"


def _moved(rows: Sequence[Moves]) -> str:
    parts = [f"{fact_in_words(row.fact)} ({row.correlation:+.2f})" for row in rows[:_MOST]]
    return joined(parts) + " (rank correlation over worlds)"


def fact_in_words(
    path: str, said: Callable[[str], str] = name, quoted: Callable[[str], str] = named
) -> str:
    """`stations.judges.servers` as `servers of judges`: the section is left out.

    `said` is how words are written and `quoted` how a name of the scenario is, where not as in text.
    """
    _, place, *what = path.split(".") if "." in path else ("", path)
    return f"{said(' '.join(what))} of {quoted(place)}" if what else quoted(place)
