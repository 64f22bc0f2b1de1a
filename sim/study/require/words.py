"""What it would take, in sentences a reader can quote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil

import numpy as np

from sim.study.require.answer import Bound, Enough, Required, gap
from sim.study.require.confirm import Confirmed
from sim.study.require.loss import Solved
from sim.study.require.moves import Move
from sim.study.require.price import Price
from sim.verdict.numbers import amount, joined, money, name, percent
from sim.verdict.phrases import titled


def words(of: Required) -> str:
    """The answer, its cost, the bound and the evidence, a sentence or two a line."""
    return "\n".join(_lines(of))


def _lines(of: Required) -> Iterator[str]:
    yield titled(of.title, of.illustrative)
    yield ""
    yield _answer(of)
    if of.exact is not None:
        yield _exactly(of, of.exact)
    yield from _bound(of)
    if of.confirmed is not None:
        yield _evidence(of, of.confirmed)
    if of.frontier:
        yield _exchange(of)
    if of.monotone.compared:
        yield _monotone(of)
    yield _moved(of)


def _asked(of: Required) -> str:
    q = of.question
    bound = "at_least" if "at_least" in q else "at_most"
    return f"{name(str(q['measure']))} {name(bound)} {q[bound]}"


def _answer(of: Required) -> str:
    if of.levels is None:
        yes, n = of.at_most
        most = joined(_level(m, m.level(m.most)) for m in of.moves)
        return (
            f"{_asked(of).capitalize()}: {of.answer}. With all at their upper bounds ({most}) "
            f"{yes} of {n} {of.kind} say yes{_reached(of)}."
        )
    listed = joined(
        f"{_level(m, x)} ({amount(float(m.now))} now)"
        for m, x in zip(of.moves, of.levels, strict=True)
    )
    cost = "" if of.cost is None else f", at {_cost(of.cost)} a year"
    now = "" if of.now is None or of.cost is None else f"; what there is now costs {_cost(of.now)}"
    return f"{_asked(of).capitalize()} would take {listed}{cost}{now}."


def _reached(of: Required) -> str:
    """What the worlds reach with all at their upper bounds, and which of it the required share does."""
    if not of.reached or "at_least" not in of.question:
        return ""
    low, high = amount(min(of.reached)), amount(max(of.reached))
    kept = sorted(of.reached, reverse=True)
    share = float(str(of.question["with_probability"]))
    needed = ceil(share * len(kept) - 1e-9)
    return (
        f", which reach {low} to {high} a day by {of.question['reached_by']}, "
        f"{needed} of them {amount(kept[needed - 1])} or more"
    )


def _level(move: Move, level: float) -> str:
    return f"{amount(level)} {_unit(move)}"


def _unit(move: Move) -> str:
    known = name(move.name)
    return (
        known
        if move.unit in known or move.unit in ("servers", "units", "people")
        else (f"{known} {move.unit}")
    )


def _cost(price: Price) -> str:
    sure = price.low == price.high
    span = f" ({money(price.low, price.currency)} to {money(price.high, price.currency)})"
    return money(price.value, price.currency) + ("" if sure else span)


def _exactly(of: Required, exact: Solved) -> str:
    units = of.moves[0].unit
    return (
        f"Exact, by Erlang B: {amount(exact.units)} {units} lose {exact.lost:.4g} of those who come "
        f"and one fewer {exact.lost_with_less:.4g}, where {exact.share:.4g} may be lost (offered load "
        f"{exact.load:,.6g}). The simulation only has to agree with it."
    )


def _bound(of: Required) -> Iterator[str]:
    bound = of.bound
    if bound.why:
        yield f"No fluid bound: {bound.why}."
    if bound.most is not None and bound.unsaved is not None and of.levels is None:
        even = "even if" if bound.most < bound.wanted else "if"
        yield (
            f"If people were a fluid without chance and every number had its stated value, all of it "
            f"would reach {amount(bound.most)} a day at the most, {even} people were saved up for the "
            f"dates asked about, and {amount(bound.unsaved)} if nobody is{_any_number(bound)}."
        )
        yield _left_out(of) if bound.unsaved >= bound.wanted else _in_the_way(bound)
    if bound.levels and of.levels is not None:
        yield _at_least(of)


def _in_the_way(bound: Bound) -> str:
    """What keeps a fluid from the target."""
    if not bound.limits:
        return (
            "In the way is no capacity and no number of people, but how long steps take and how "
            "people part between them."
        )
    return f"In the way: {joined(bound.limits)}.{_enough(bound)}"


def _left_out(of: Required) -> str:
    """What else it is where a fluid could do it."""
    worlds = ", worlds whose numbers are worse than stated" if of.kind == "worlds" else ""
    near = f" Next in its way: {joined(of.bound.limits)}." if of.bound.limits else ""
    return (
        f"So the fluid could do it; in the way is what it leaves out: chance{worlds}, or a rule that it "
        f"loosens (refusals, who goes first, how long work takes as less is left).{near}"
    )


def _any_number(bound: Bound) -> str:
    """Whether wider bounds could help a fluid."""
    if bound.without_bounds is None or bound.unsaved is None:
        return ""
    if bound.without_bounds <= bound.unsaved * (1 + _ALIKE):
        return ", whatever the number of what was moved"
    return f" ({amount(bound.without_bounds)} with any number of what was moved)"


_ALIKE = 1e-3


def _enough(bound: Bound) -> str:
    """How much there would have to be of each thing in the way, the rest as it is."""
    if not bound.enough:
        return ""
    return (
        f" With all at their upper bounds and nobody saved up, more of one of these alone, the rest as it is, "
        f"would bring the fluid to the {amount(bound.wanted)} a day that are needed (what is asked, less the "
        f"tolerance): {joined(map(_more, bound.enough))}."
    )


def _more(of: Enough) -> str:
    """So much of a source; what rounds to as many as there are is not called once as many."""
    times = amount(of.times)
    if times == "1":
        return f"a little more than the {amount(of.daily)} a day of {name(of.source)}"
    return f"{amount(of.times * of.daily)} a day of {name(of.source)} ({times} times as many)"


def _at_least(of: Required) -> str:
    bound, found = of.bound, gap(of)
    over = "" if found is None else f" The answer costs {100 * found:.1f} % more."
    more = (
        ""
        if not bound.marginal
        else f" There one more a day would cost {money(bound.marginal, _currency(of))} a year."
    )
    return (
        f"At least, if people were a fluid without chance and every number had its stated value: "
        f"{_fluid(of, bound.levels, bound.cost)}{_unsaved(of)}.{over}{more}"
    )


def _unsaved(of: Required) -> str:
    """What the fluid takes where nobody is saved up, if that is more."""
    bound = of.bound
    if not bound.start or np.allclose(bound.start, bound.levels, rtol=1e-3):
        return ""
    return (
        ", if people could be saved up for the dates asked about; as they come, "
        f"{_fluid(of, bound.start, bound.start_cost)}"
    )


def _fluid(of: Required, levels: Sequence[float], cost: float | None) -> str:
    listed = joined(_level(m, x) for m, x in zip(of.moves, levels, strict=True))
    return listed + ("" if cost is None else f", {money(cost, _currency(of))} a year")


def _currency(of: Required) -> str:
    price = of.moves[0].price
    return price.currency if price is not None else ""


def _evidence(of: Required, done: Confirmed) -> str:
    less = [
        f"{name(m.name)} ({k} or fewer)"
        for m, k in zip(of.moves, done.less, strict=True)
        if k is not None
    ]
    floor = [name(m.name) for m, k in zip(of.moves, done.less, strict=True) if k is None]
    step = (
        f" One step less of {joined(less)} is not shown to do it in the same {of.kind}."
        if less
        else ""
    )
    kept = f" At the lower bound already: {joined(floor)}." if floor else ""
    n = done.bar.worlds
    return (
        f"Confirmed in {done.yes} of {n} fresh {of.kind} ({done.bar.yes} are needed), and in "
        f"{done.after} of {n} more that nothing was chosen by.{step}{kept}"
    )


def _monotone(of: Required) -> str:
    compared, wrong = of.monotone.compared, len(of.monotone.violations)
    if not wrong:
        return (
            f"More never turned a yes into a no, in {compared:,} comparisons under the same luck."
        )
    share = percent(wrong / compared)
    return (
        f"More turned a yes into a no in {wrong} of {compared:,} comparisons under the same luck "
        f"({share}); require.json lists them. The search takes it that more never does worse, so a "
        "cheaper answer may have been missed; the confirmation does not rely on it."
    )


def _exchange(of: Required) -> str:
    points = joined(f"{amount(e.first)} and {amount(e.second)}" for e in of.frontier)
    first, second = of.frontier[0].first_path, of.frontier[0].second_path
    return (
        f"One for the other ({first} and {second}, the rest as in the answer): {points}. These were "
        f"found with the {of.kind} of the first search and are not confirmed."
    )


def _moved(of: Required) -> str:
    paths = joined(m.path for m in of.moves)
    return (
        f"Moved: {paths}, in every run alike, and nothing else. Costs are of these capacities, used "
        "or not. Breaches of limits are not judged here: sim run does that."
    )
