"""What may be moved, between which bounds and in which steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from sim.errors import Problem, Refused, quote
from sim.network.model import DAY
from sim.scenario import Scenario, with_overrides
from sim.scenario.dated import Dated
from sim.scenario.movable import KEYS, WANTED, is_movable, why_not
from sim.scenario.quantity import Quantity
from sim.scenario.slips import one_path
from sim.scenario.units import amount
from sim.study.require.price import Price, Said, price_of, said_cost

MULTIPLE = 5
"""Where nothing else is said, capacities may grow to so many times what they are."""
FLAG = "--move"
_FORM = "path=from:to:by@cost, such as stations.judges.servers=700:3000:10@$832000/year"
_MOST_LEVELS = 1_000_000


@dataclass(frozen=True)
class Move:
    """One capacity. Its levels are low, low + step, ... up to `most` steps more.

    Of `every` the levels are departures a day. `now` is the stated value; of a profile the last one,
    and all of its values move by the same number of units. `price` is None where none is known.
    """

    path: str
    name: str
    now: Fraction
    low: Fraction
    step: Fraction
    most: int
    unit: str
    price: Price | None = None

    @property
    def key(self) -> str:
        return self.path.rpartition(".")[2]

    def level(self, steps: int) -> float:
        """Units at so many steps above the lowest level."""
        return float(self.low + steps * self.step)

    def steps_to(self, level: float) -> int:
        """Fewest steps with at least that level, within the bounds."""
        short = (level - float(self.low)) / float(self.step)
        return min(max(0, -floor(-(short - 1e-9))), self.most)


Steps = tuple[int, ...]
"""A point: steps above the lowest level of each move, in their order."""


def at(scenario: Scenario, moves: Sequence[Move], steps: Steps) -> Scenario:
    """The scenario with its capacities at these levels. Raises Refused."""
    return with_overrides(
        scenario,
        {m.path: _setting(scenario, m, k) for m, k in zip(moves, steps, strict=True)},
    )


def _setting(scenario: Scenario, move: Move, steps: int) -> str:
    level = move.low + steps * move.step
    if move.key == "every":
        return f"{round(DAY / level)} us"
    dated = _stated(scenario, move.path)
    if isinstance(dated, Dated) and len(dated.points) > 1:
        more = level - move.now
        values = [f"{when.isoformat(' ')}: {max(0, int(q.value + more))}"
                  for when, q in dated.points if when is not None]  # fmt: skip
        return "{source: sim require, " + ", ".join(values) + "}"
    return str(int(level))


def _stated(scenario: Scenario, path: str) -> object:
    section, _, rest = path.partition(".")
    name, _, key = rest.rpartition(".")
    of = getattr(scenario.said, section).get(name)
    return None if of is None else getattr(of, key, None)


def moves_of(scenario: Scenario, given: Sequence[str] = ()) -> tuple[Move, ...]:
    """The moves given, else those of the scenario's `require`, else all that have a cost.

    Raises Refused with everything that may not be moved or cannot be read.
    """
    problems: list[Problem] = []
    asked = list(_given(given, problems)) or list(_written(scenario))
    if not asked and not problems:
        asked = [_Asked(path, "") for path in _with_cost(scenario) if _is_there(scenario, path)]
    found = [m for one in asked if (m := _move(scenario, one, problems)) is not None]
    if not problems:
        _check_all(scenario, found, problems)
    if problems:
        raise Refused(problems)
    return tuple(found)


@dataclass(frozen=True)
class _Asked:
    """What a user said of one move, as text."""

    path: str
    shown: str
    low: str = ""
    high: str = ""
    step: str = ""
    cost: Said | None = None
    file: str = FLAG
    line: int = 0

    def no(self, found: str, wanted: str) -> Problem:
        return Problem(self.file, self.line, self.path, found, wanted)


def _given(texts: Sequence[str], problems: list[Problem]) -> Iterator[_Asked]:
    for text in texts:
        path, equals, rest = text.partition("=")
        bounds, at_cost, cost = rest.partition("@")
        pieces = [piece.strip() for piece in bounds.split(":")] if equals else []
        said = said_cost(cost) if at_cost else None
        if len(pieces) > 3 or (equals and not bounds.strip()) or (at_cost and said is None):
            problems.append(Problem(FLAG, 0, "", quote(text), _FORM))
            continue
        low, high, step = [*pieces, "", "", ""][:3]
        yield _Asked(path.strip(), text, low, high, step, said)


def _written(scenario: Scenario) -> Iterator[_Asked]:
    for path, of in scenario.said.require.items():
        low, high, step = (_text(of.from_), _text(of.to), _text(of.by))
        node = scenario.tree["require"]
        place = getattr(node, "keys_at", {}).get(path)
        cost = None if of.cost is None else Said(of.cost, of.per or "year")
        file, line = (place.file, place.line) if place is not None else (scenario.path, 0)
        yield _Asked(path, path, low, high, step, cost, file, line)


def _text(q: Quantity | None) -> str:
    return "" if q is None else f"{float(q.value):.12g}{q.unit if q.unit.startswith('/') else ''}"


def _with_cost(scenario: Scenario) -> Iterator[str]:
    for cost in scenario.costs.values():
        if cost.pool in scenario.said.pools:
            yield f"pools.{cost.pool}.capacity"
        elif cost.station in scenario.said.stations:
            yield f"stations.{cost.station}.servers"
        elif cost.departure in scenario.said.departures:
            every = cost.per == "departure" and scenario.said.departures[cost.departure].every
            yield f"departures.{cost.departure}.{'every' if every else 'seats'}"


def _is_there(scenario: Scenario, path: str) -> bool:
    """Whether there is any of it now: five times none would be none."""
    now = _now(scenario, path)
    return now is not None and now[0] > 0


def _move(scenario: Scenario, asked: _Asked, problems: list[Problem]) -> Move | None:
    if not is_movable(asked.path):
        problems.append(asked.no(why_not(asked.path), WANTED))
        return None
    now = _now(scenario, asked.path)
    if now is None:
        known = list(paths(scenario))
        problems.append(asked.no("no such capacity", one_path(asked.path, known, "a capacity")))
        return None
    value, unit = now
    numbers = [_number(text) for text in (asked.low, asked.high, asked.step)]
    texts = (asked.low, asked.high, asked.step)
    if any(text and n is None for text, n in zip(texts, numbers, strict=True)):
        problems.append(asked.no(quote(asked.shown), _FORM))
        return None
    return _bounded(scenario, asked, value, unit, numbers, problems)


def _number(text: str) -> Fraction | None:
    found = amount(text) if text else None
    return None if found is None else found.number


def _bounded(
    scenario: Scenario, asked: _Asked, now: Fraction, unit: str,
    numbers: Sequence[Fraction | None], problems: list[Problem],
) -> Move | None:  # fmt: skip
    low, high, step = numbers
    rate = asked.path.endswith(".every")
    low = now if low is None else low
    high = MULTIPLE * max(now, low) if high is None else high
    step = (now / 10 if rate else _usual_step(max(now, low))) if step is None else step
    if step <= 0 or low < 0 or (rate and low == 0):
        problems.append(asked.no(quote(asked.shown), "a step above 0 and bounds not below 0"))
    elif not rate and any(x.denominator != 1 for x in (low, step)):
        problems.append(asked.no(quote(asked.shown), "whole numbers of units"))
    elif high == 0:
        problems.append(asked.no("none now, and no upper bound", "how many there may be, as `to`"))
    elif high < low:
        wanted = f"the lower bound first; the capacity is {float(now):g} now"
        problems.append(asked.no(f"{float(low):g} to {float(high):g}, upside down", wanted))
    elif (most := floor((high - low) / step)) >= _MOST_LEVELS:
        wanted = f"at most {_MOST_LEVELS:,}: a greater step, or a lower upper bound"
        problems.append(asked.no(f"{most + 1:,} levels", wanted))
    else:
        name = asked.path.partition(".")[2].rpartition(".")[0]
        price = price_of(scenario, asked.path, asked.cost)
        return Move(asked.path, name, now, low, step, most, unit, price)
    return None


def _usual_step(now: Fraction) -> Fraction:
    """1 up to a thousand, 10 up to ten thousand, 500 beyond."""
    return Fraction(1 if now <= 1_000 else 10 if now <= 10_000 else 500)


def paths(scenario: Scenario) -> Iterator[str]:
    """Every capacity of the scenario."""
    for section, keys in KEYS.items():
        objects: Mapping[str, object] = getattr(scenario.said, section)
        for name in objects:
            for key in keys:
                if _now(scenario, f"{section}.{name}.{key}") is not None:
                    yield f"{section}.{name}.{key}"


def _now(scenario: Scenario, path: str) -> tuple[Fraction, str] | None:
    """The stated value and what it is counted in; of a profile the last."""
    stated = _stated(scenario, path)
    if path.endswith(".every"):
        if not isinstance(stated, Quantity) or stated.exact <= 0:
            return None
        return DAY / stated.exact, "departures a day"
    if not isinstance(stated, Dated):
        return None
    last = stated.points[-1][1]
    usual = {"servers": "servers", "capacity": "units", "seats": "seats"}[path.rpartition(".")[2]]
    return last.value, last.unit or usual


def _check_all(scenario: Scenario, moves: Sequence[Move], problems: list[Problem]) -> None:
    if not moves:
        wanted = "--move, or a `require:` block: no pool, station or departure here has a cost"
        problems.append(Problem(scenario.path, 0, "require", "nothing that may be moved", wanted))
    doubled = {m.path for m in moves if [n.path for n in moves].count(m.path) > 1}
    problems += [Problem(FLAG, 0, p, "the same capacity twice", "each once") for p in doubled]
    if len(moves) > 1:
        for move in moves:
            if move.price is None:
                found = "no cost, so that it cannot be weighed against the others"
                problems.append(
                    Problem(FLAG, 0, move.path, found, "a cost behind @, or under costs")
                )
