"""A station or pool where whoever finds it full goes away, which Erlang's formula solves exactly."""

from __future__ import annotations

from typing import NamedTuple

from sim.network.model import DAY, Model, Op, Step, Stream
from sim.scenario import Scenario
from sim.study.require.laws import mean
from sim.study.require.moves import Move, Steps
from sim.theory import erlang_b, least_servers_for_blocking
from sim.verdict.asked import Asked


class Loss(NamedTuple):
    """People come at random, so many in service if none were lost; at most `share` may be lost."""

    load: float
    """[servers]"""
    rate: float
    """[people/day]"""
    share: float


class Solved(NamedTuple):
    """Fewest units by Erlang B, the share lost with them and with one fewer."""

    units: int
    lost: float
    lost_with_less: float
    load: float
    share: float


def solved(loss: Loss) -> Solved:
    """Exact whatever the law of the time in service (insensitivity). Source: Erlang 1917."""
    units = least_servers_for_blocking(loss.load, loss.share)
    less = erlang_b(units - 1, loss.load) if units else 1.0
    return Solved(units, erlang_b(units, loss.load), less, loss.load, loss.share)


def within(move: Move, found: Solved) -> Steps | None:
    """The first level with units enough; None if the upper bound has too few."""
    steps = move.steps_to(found.units)
    return (steps,) if move.level(steps) >= found.units else None


def loss_of(scenario: Scenario, model: Model, asked: Asked, move: Move) -> Loss | None:
    """The loss system that the question is about; None if the network is anything more."""
    plain = not (model.orders or model.gates or model.stocks or model.departures or model.initial)
    if (
        asked.at_least
        or not asked.rate
        or scenario.uncertain
        or len(model.streams) != 1
        or not plain
    ):
        return None
    rate, first = _rate(model.streams[0]), _step(model, model.streams[0].enters)
    if rate is None or first.objects != (move.name,) or first.priority_by is not None:
        return None
    refused, hold = _refusal(first), _hold(model, first, move.name)
    counted = None if refused is None else _counted(scenario, model, asked.measure, first, refused)
    if hold is None or not counted or not _always_open(model, move.name):
        return None
    return Loss(rate * hold / DAY, rate, asked.value / counted / rate)


def _step(model: Model, name: str) -> Step:
    return next(step for step in model.steps if step.name == name)


def _rate(stream: Stream) -> float | None:
    """People a day, one at a time at random at one rate; None otherwise."""
    even = len(set(stream.weekdays)) == 1 and stream.weekdays[0] == 1.0
    if stream.rate is None or stream.regular or stream.batch or stream.day_factor or not even:
        return None
    points = stream.rate.points
    return points[0][1] * DAY if len({rate for _, rate in points}) == 1 else None


def _refusal(step: Step) -> str | None:
    """Where those go who find it full, if they go at once."""
    if step.units != 1 or step.bump or step.share or step.effort:
        return None
    if step.op is Op.SERVE and step.room is not None and step.room.most == 0:
        return step.room.to
    now = step.patience is not None and step.patience.after.kind == "constant"
    if step.op is Op.SEIZE and now and step.patience is not None:
        return step.patience.to if step.patience.after.parameters[0] == 0 else None
    return None


def _hold(model: Model, first: Step, name: str) -> float | None:
    """Mean time [us] that a unit is held on a way without branches and waits; None if there are."""
    if first.op is Op.SERVE:
        users = [s for s in model.steps if name in s.objects]
        return mean(first.law) if first.law is not None and users == [first] else None
    total, here = 0.0, first
    for _ in model.steps:
        here = _step(model, here.next or "")
        if here.op is Op.RELEASE:
            return total if here.objects == (name,) else None
        if here.op is not Op.DELAY or here.law is None:
            return None
        total += mean(here.law)
    return None


def _counted(
    scenario: Scenario, model: Model, measure: str, first: Step, refused: str
) -> float | None:
    """Factor with which the measure counts the refused, and nobody else; None if it does not."""
    exit_step = _step(model, refused)
    only = sum(refused in (s.next, s.to, *(t for _, t in s.options)) for s in model.steps) == 0
    if not only or exit_step.op is not Op.EXIT:
        return None
    if measure == exit_step.outcome:
        return 1.0
    terms = scenario.measures[measure].sum_of if measure in scenario.measures else ()
    if len(terms) != 1 or terms[0].class_:
        return None
    term = terms[0]
    event = "refused" if first.op is Op.SERVE else "impatient"
    told = term.outcome == exit_step.outcome or (term.step, term.event) == (first.name, event)
    entered = term.step == refused and term.event in (None, "entered") and term.level is None
    factor = 1.0 if term.times is None else float(term.times.value)
    return factor if (told or entered) and factor > 0 else None


def _always_open(model: Model, name: str) -> bool:
    """Whether there are as many units at all times."""
    found = [o.capacity for o in model.pools if o.name == name]
    found += [o.capacity for o in model.stations if o.name == name]
    return len(found) == 1 and len(found[0].changes) == 1
