"""What worlds say at points, asked for once, hardest worlds first."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sim.scenario import Scenario
from sim.study.crew import Crew
from sim.study.evaluate import Point, evaluate
from sim.study.progress import say
from sim.study.require.moves import Move, Steps, at
from sim.verdict.asked import asked

SECONDS_BETWEEN_LINES = 10.0
FEW = 2
"""Worlds asked for first at a point: the same whatever the jobs, so that the runs made are, too."""
MANY = 20
"""Worlds asked for together where all will be."""
RANKED = 5
"""Runs so many times as long as twice the window are not made whole only to know which worlds are hard."""


class Said(dict[int, tuple[bool, float]]):
    """By replication: whether it says yes, and how much it falls short."""


@dataclass
class Luck:
    """The worlds of one seed: replication r has the same luck at every point.

    Runs end with the last date of the question, since what comes later decides nothing. `begun` is by how much
    a world fell short in the first weeks, where nothing more is known of it.
    """

    scenario: Scenario
    moves: tuple[Move, ...]
    seed: int
    central: bool = False
    engine: str | None = None
    executor: str | Crew | None = None
    jobs: int | None = None
    store: Path | None = None
    said: dict[Steps, Said] = field(default_factory=dict)
    begun: dict[int, float] = field(default_factory=dict)
    made: int = 0
    stage: str = "running"
    told: float = field(default_factory=time.monotonic)

    def ask(self, steps: Steps, worlds: Sequence[int], doubtful: bool = False) -> list[bool]:
        """Answers of these worlds at a point, in their order.

        Where yes is `doubtful` they are first run to the date by which the value is to be reached: who
        has not reached it then says no, whatever follows.
        """
        known = self.said.setdefault(steps, Said())
        left = [w for w in worlds if w not in known]
        question = asked(self.scenario)
        assert question is not None
        if doubtful and question.sustained:
            told = self._run(steps, left, question.reached_by)
            known.update({w: one for w, one in told.items() if not one[0]})
            left = [w for w in left if w not in known]
        known.update(self._run(steps, left, question.sustained_until))
        return [known[w][0] for w in worlds]

    def _run(self, steps: Steps, worlds: Sequence[int], last: int) -> Said:
        """What they say from their days up to `last`; a day's shortfall is known on the day after."""
        if not worlds:
            return Said()
        (runs,) = evaluate(
            [Point(at(self.scenario, self.moves, steps))], replications=worlds, seed=self.seed,
            central=self.central, engine=self.engine, executor=self.executor, jobs=self.jobs,
            store=self.store, days=last + 2,
        )  # fmt: skip
        self.made += len(worlds)
        self._tell()
        yes, short = runs.values["yes"], runs.values["shortfall"]
        return Said({w: (bool(yes[i]), float(short[i])) for i, w in enumerate(worlds)})

    def _tell(self) -> None:
        """Says how far it has come, now and then."""
        now = time.monotonic()
        if now - self.told >= SECONDS_BETWEEN_LINES:
            self.told = now
            say(f"{self.stage}: {self.made} runs so far")

    def yes(self, steps: Steps, worlds: Sequence[int], doubtful: bool = False) -> int:
        return sum(self.ask(steps, worlds, doubtful))

    def all_of(self, steps: Steps, worlds: Sequence[int]) -> int:
        """As `yes`, some at a time, so that it can say how far it has come."""
        return sum(self.yes(steps, worlds[i : i + MANY]) for i in range(0, len(worlds), MANY))

    def rank(self, steps: Steps, worlds: Sequence[int]) -> list[int]:
        """The worlds by how short they fall at a point: in its first weeks, if runs are many times as long.

        An order in which to ask, and no evidence.
        """
        question = asked(self.scenario)
        assert question is not None
        first = 2 * question.window - 1
        if RANKED * first > question.sustained_until:
            self.all_of(steps, worlds)
            return sorted(worlds, key=lambda w: (-self.said[steps][w][1], w))
        for i in range(0, len(worlds), MANY):
            told = self._run(steps, worlds[i : i + MANY], first)
            self.begun |= {w: short for w, (_, short) in told.items()}
        return sorted(worlds, key=lambda w: (-self.begun[w], w))

    def reached(self, steps: Steps, worlds: Sequence[int]) -> tuple[float, ...]:
        """What these worlds reach by the date asked about, of those that have been asked."""
        question, known = asked(self.scenario), self.said.get(steps, Said())
        assert question is not None
        sign = 1.0 if question.at_least else -1.0
        bound = (1.0 - sign * question.tolerance) * question.value
        return tuple(bound - sign * known[w][1] for w in worlds if w in known)

    def passes(self, steps: Steps, worlds: Sequence[int], needed: int) -> bool:
        """Whether at least `needed` of the worlds say yes; stops when too many have said no.

        Those of which a no is likeliest come first, a few at a time.
        """
        spare, noes, chunk = len(worlds) - needed, 0, FEW
        left = self.doubtful(steps, worlds)
        while left:
            now, left = left[:chunk], left[chunk:]
            noes += len(now) - self.yes(steps, now)
            if noes > spare:
                return False
            chunk *= 2
        return True

    def likely(self, steps: Steps, worlds: Sequence[int], needed: int) -> bool:
        """As `passes`, but worlds are not asked that said yes with less or no with more.

        A guide for a search, which takes it that more never does worse; no evidence.
        """
        told = {w: self._guess(steps, w) for w in worlds}
        spare = len(worlds) - needed - sum(said is False for said in told.values())
        open_ones = [w for w in worlds if told[w] is None]
        return spare >= 0 and self.passes(steps, open_ones, len(open_ones) - spare)

    def _guess(self, steps: Steps, world: int) -> bool | None:
        """What this world said there, else with less of everything or with more; None if it did not."""
        if world in self.said.get(steps, Said()):
            return self.said[steps][world][0]
        for point, said in self.said.items():
            if world in said:
                yes = said[world][0]
                less, more = (point, steps) if yes else (steps, point)
                if all(a <= b for a, b in zip(less, more, strict=True)):
                    return yes
        return None

    def doubtful(self, steps: Steps, worlds: Sequence[int]) -> list[int]:
        """Worlds that said no with more first; then by how short they fell at the nearest point they were asked at.

        Those that were asked nowhere come last, or stand by their first weeks. An order in which to ask, and
        no evidence.
        """
        nearest = {w: (float("inf"), self.begun.get(w, float("-inf"))) for w in worlds}
        lost = set[int]()
        for point, said in self.said.items():
            apart = self._apart(point, steps)
            more = all(a >= b for a, b in zip(point, steps, strict=True))
            for w in nearest.keys() & said.keys():
                yes, short = said[w]
                nearest[w] = min(nearest[w], (apart, short), key=lambda of: of[0])
                if more and not yes:
                    lost.add(w)
        return sorted(worlds, key=lambda w: (w not in lost, -nearest[w][1], w))

    def _apart(self, one: Steps, other: Steps) -> float:
        """Distance of two points, each resource over its whole way."""
        found = zip(one, other, self.moves, strict=True)
        return sum(abs(a - b) / max(1, move.most) for a, b, move in found)

    def hardest(self, worlds: Sequence[int]) -> list[int]:
        """Worlds that said no at most points first; of equals those that fell shortest."""
        noes = dict.fromkeys(worlds, 0)
        worst = dict.fromkeys(worlds, float("-inf"))
        for said in self.said.values():
            for w in noes.keys() & said.keys():
                noes[w] += not said[w][0]
                worst[w] = max(worst[w], said[w][1])
        return sorted(worlds, key=lambda w: (-noes[w], -worst[w], w))
