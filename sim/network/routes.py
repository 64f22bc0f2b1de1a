"""Steps as they are written turned into steps as engines interpret them."""

from __future__ import annotations

from dataclasses import replace

from sim.network import model
from sim.network.amounts import Frame
from sim.network.chance import Tabulate, distribution
from sim.network.model import Op, Preempt, Step
from sim.scenario import steps
from sim.scenario.options import PriorityOf
from sim.scenario.quantity import Quantity


def step(name: str, said: steps.AnyStep, frame: Frame, tabulate: Tabulate | None = None) -> Step:
    """The step in engine units, names still as written."""
    return _with_priority(_Builder(name, frame, tabulate).step(said), said)


class _Builder:
    """Builds one step; each kind has its own method."""

    def __init__(self, name: str, frame: Frame, tabulate: Tabulate | None) -> None:
        self.name, self.frame, self.tabulate = name, frame, tabulate

    def step(self, said: steps.AnyStep) -> Step:
        match said:
            case steps.Seize():
                return self._seize(said)
            case steps.Release():
                return Step(self.name, Op.RELEASE, said.next, said.release)
            case steps.Serve():
                return self._serve(said)
            case steps.Delay():
                law = distribution(said.delay, self.frame, self.tabulate)
                return Step(self.name, Op.DELAY, said.next, law=law)
            case steps.Depart():
                return self._depart(said)
            case steps.Gate():
                return self._gate(said)
            case steps.Take():
                return self._take(said)
            case steps.Put():
                return Step(self.name, Op.PUT, said.next, (said.put,), self._units(said.units))
            case steps.Deadline():
                return self._deadline(said)
            case steps.Clear():
                return Step(self.name, Op.CLEAR, said.next, (said.clear,))
            case steps.Branch():
                return self._branch(said)
            case steps.SetStep():
                to = said.set
                return Step(self.name, Op.SET, said.next, attribute=to.attribute, value=to.value)
            case steps.Spawn():
                return Step(self.name, Op.SPAWN, said.next, enters=said.spawn)
            case steps.Exit():
                return Step(self.name, Op.EXIT, outcome=said.exit)

    def _seize(self, said: steps.Seize) -> Step:
        bump = None if said.bump is None else model.Bump(said.bump.to, said.bump.release)
        return Step(
            self.name, Op.SEIZE, said.next, said.seize, self._units(said.units),
            patience=self._patience(said.patience), bump=bump,
        )  # fmt: skip

    def _serve(self, said: steps.Serve) -> Step:
        room = None
        if said.room is not None:
            room = model.Room(self.frame.whole(said.room.most), said.room.to)
        share = None
        if said.share is not None:
            share = model.Share(said.share.name or self.name, said.share.weight)
        return Step(
            self.name, Op.SERVE, said.next, (said.serve,),
            law=distribution(said.work, self.frame, self.tabulate),
            patience=self._patience(said.patience), room=room, share=share,
            preempt=Preempt[said.preempt.upper()], effort=self._effort(said.effort),
        )  # fmt: skip

    def _depart(self, said: steps.Depart) -> Step:
        return Step(
            self.name, Op.DEPART, said.next, (said.depart,),
            patience=self._patience(said.patience), group=said.group,
        )  # fmt: skip

    def _gate(self, said: steps.Gate) -> Step:
        evict = None
        if said.evict is not None:
            evict = model.Evict(said.evict.through, said.evict.to, said.evict.release)
        return Step(
            self.name, Op.GATE, said.next, (said.gate,),
            patience=self._patience(said.patience), to=said.closed.to, evict=evict,
        )  # fmt: skip

    def _take(self, said: steps.Take) -> Step:
        return Step(
            self.name, Op.TAKE, said.next, (said.take,), self._units(said.units),
            patience=self._patience(said.patience), to=said.empty.to,
        )  # fmt: skip

    def _deadline(self, said: steps.Deadline) -> Step:
        law = distribution(said.after, self.frame, self.tabulate)
        return Step(
            self.name, Op.DEADLINE, said.next, (said.deadline,), law=law, to=said.to,
            release=said.release,
        )  # fmt: skip

    def _branch(self, said: steps.Branch) -> Step:
        options = tuple(said.to.items())
        if isinstance(said.branch, str):
            return Step(self.name, Op.BRANCH, options=options, attribute=said.branch)
        periods = tuple(
            (time, tuple(dict(of).get(value, 0.0) for value, _ in options))
            for time, of in self.frame.shares(said.branch)
        )
        return Step(self.name, Op.BRANCH, options=options, shares=periods)

    def _units(self, units: Quantity | None) -> int:
        return 1 if units is None else self.frame.whole(units)

    def _patience(self, said: steps.Patience | None) -> model.Patience | None:
        if said is None:
            return None
        return model.Patience(distribution(said.after, self.frame, self.tabulate), said.to)

    def _effort(self, said: steps.Effort | None) -> model.Effort | None:
        if said is None:
            return None
        table = tuple((float(level), float(self.frame.exact(q))) for level, q in said.table)
        return model.Effort(said.stock, table)


def _with_priority(built: Step, said: steps.AnyStep) -> Step:
    priority = getattr(said, "priority", None)
    if not isinstance(priority, PriorityOf):
        return built
    by = None if priority.by is None else (priority.by, priority.values)
    return replace(built, priority=priority.value, priority_by=by)
