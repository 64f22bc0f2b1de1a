"""What worlds say at points, asked for once, hardest worlds first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sim.scenario import Scenario
from sim.study.evaluate import Point, evaluate
from sim.study.require.moves import Move, Steps, at


class Said(dict[int, tuple[bool, float]]):
    """By replication: whether it says yes, and how much it falls short."""


@dataclass
class Luck:
    """The worlds of one seed: replication r has the same luck at every point."""

    scenario: Scenario
    moves: tuple[Move, ...]
    seed: int
    central: bool = False
    engine: str | None = None
    executor: str | None = None
    jobs: int | None = None
    store: Path | None = None
    said: dict[Steps, Said] = field(default_factory=dict)
    made: int = 0

    def ask(self, steps: Steps, worlds: Sequence[int]) -> list[bool]:
        """Answers of these worlds at a point, in their order."""
        known = self.said.setdefault(steps, Said())
        new = [w for w in worlds if w not in known]
        if new:
            point = Point(at(self.scenario, self.moves, steps))
            (runs,) = evaluate(
                [point], replications=new, seed=self.seed, central=self.central,
                engine=self.engine, executor=self.executor, jobs=self.jobs, store=self.store,
            )  # fmt: skip
            yes, short = runs.values["yes"], runs.values["shortfall"]
            known.update({w: (bool(yes[i]), float(short[i])) for i, w in enumerate(new)})
            self.made += len(new)
        return [known[w][0] for w in worlds]

    def yes(self, steps: Steps, worlds: Sequence[int]) -> int:
        return sum(self.ask(steps, worlds))

    def passes(self, steps: Steps, worlds: Sequence[int], needed: int) -> bool:
        """Whether at least `needed` of the worlds say yes; stops when too many have said no.

        The worlds that were hardest at other points come first, a few at a time.
        """
        spare, noes, chunk = len(worlds) - needed, 0, max(2, self.jobs or 2)
        left = self.hardest(worlds)
        while left:
            now, left = left[:chunk], left[chunk:]
            noes += len(now) - self.yes(steps, now)
            if noes > spare:
                return False
            chunk *= 2
        return True

    def hardest(self, worlds: Sequence[int]) -> list[int]:
        """Worlds that said no at most points first; of equals those that fell shortest."""
        noes = dict.fromkeys(worlds, 0)
        worst = dict.fromkeys(worlds, float("-inf"))
        for said in self.said.values():
            for w in noes.keys() & said.keys():
                noes[w] += not said[w][0]
                worst[w] = max(worst[w], said[w][1])
        return sorted(worlds, key=lambda w: (-noes[w], -worst[w], w))
