"""The `sweep:` block of a study file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sim.errors import Problem, Refused, listing, nearest, quote
from sim.scenario import Scenario
from sim.scenario.quantity import shown
from sim.scenario.studies import BLOCKS
from sim.scenario.tree import Items, Map, Node, Text
from sim.study.blocks import Place, missing, number, place, unknown, word
from sim.study.design import Axis, Design, Kind, checked, known, spread, steps, uncounted
from sim.study.sweep.plan import count, share_of
from sim.study.sweep.varied import fitted

SWEEP, _ = BLOCKS
_KEYS = ("design", "points", "vary", "replications", "precision")
_RANGE_KEYS = ("from", "to", "steps")


@dataclass(frozen=True)
class Block:
    """What a `sweep:` block says; what it leaves out is None.

    `at` says where each path is written, also those of which the values cannot be read.
    """

    design: Design
    at: Mapping[str, Place] = field(default_factory=dict)
    replications: str | None = None
    precision: str | None = None

    def fitted(self, scenario: Scenario, seed: int) -> Design:
        """The design as the scenario takes it. Raises Refused with each problem at its line."""
        unread = {path: at for path, at in self.at.items() if path not in self.design.paths}
        problems, found = missing(scenario.tree, unread), self.design
        try:
            found = fitted(scenario, replace(self.design, seed=seed), self.at)
        except Refused as refused:
            problems += refused.problems
        if problems:
            raise Refused(problems)
        return found


def misfits(of: Block, scenario: Scenario) -> Sequence[Problem]:
    """What the scenario does not take of it."""
    try:
        of.fitted(scenario, 1)
    except Refused as refused:
        return refused.problems
    return ()


def block(node: Node, problems: list[Problem]) -> Block | None:
    """What a block says, as far as it can be read; what is wrong in it goes to `problems`."""
    here = Place(node.place.file, node.place.line, SWEEP)
    if not isinstance(node, Map):
        problems.append(here.problem(shown(node), "a mapping with 'vary'"))
        return None
    problems += unknown(node, _KEYS, SWEEP)
    kind = _kind(node, problems)
    many = number(node, "points", SWEEP, "a whole number of points", problems)
    if kind is not None:
        problems += uncounted(kind, many, place(node, "points", f"{SWEEP}.points"))
    vary, before = node.get("vary"), len(problems)
    if not isinstance(vary, Map) or not vary:
        found = "nothing" if vary is None else shown(vary)
        problems.append(here.problem(found, "paths with their values", f"{SWEEP}.vary"))
        vary = Map()
    at = {path: place(vary, path, f"{SWEEP}.vary.{path}") for path in vary}
    found_ = Design(kind or Kind.GRID, _axes(vary, kind, at, problems), many or 0)
    if kind is not None and len(problems) == before and ("points" not in node or many):
        try:
            checked(found_, here)
        except Refused as refused:
            problems += refused.problems
    _often(node, problems)
    return Block(found_, at, word(node, "replications"), word(node, "precision"))


def _kind(node: Map, problems: list[Problem]) -> Kind | None:
    """The design; None, with a problem more, if it is none."""
    try:
        return known(word(node, "design") or Kind.GRID, place(node, "design", f"{SWEEP}.design"))
    except Refused as refused:
        problems += refused.problems
        near = nearest(word(node, "design") or "", list(Kind))
        return None if near is None else Kind(near)


def _often(node: Map, problems: list[Problem]) -> None:
    """Whether it can be read how often a point is run."""
    many, narrow = word(node, "replications"), word(node, "precision")
    for key, asked in (("replications", lambda: count(many, narrow)), ("precision", lambda: share_of(narrow))):
        try:
            asked()
        except Refused as refused:
            at = place(node, key, f"{SWEEP}.{key}")
            problems += [at.of(problem) for problem in refused.problems]


def _axes(
    vary: Map, kind: Kind | None, at: Mapping[str, Place], problems: list[Problem]
) -> tuple[Axis, ...]:
    """Those that can be read; with an unknown design whatever each may be."""
    found = []
    for path, values in vary.items():
        ranged = isinstance(values, Map) and "steps" not in values
        try:
            found.append(
                axis(path, values, kind or (Kind.SOBOL if ranged else Kind.GRID), at[path])
            )
        except Refused as refused:
            problems += refused.problems
    return tuple(found)


def axis(path: str, values: Node, kind: Kind, place: Place) -> Axis:
    """What a list of values or a range says. Raises Refused."""
    if isinstance(values, Items):
        if kind.spread:
            raise Refused(
                [place.problem("a list of values", f"a range: {kind.value} draws from it")]
            )
        if not values or not all(isinstance(value, Text) for value in values):
            raise Refused([place.problem(shown(values), "a list of values")])
        return Axis(path, tuple(str(value) for value in values))
    keys = _RANGE_KEYS[:2] if kind.spread else _RANGE_KEYS
    if not isinstance(values, Map):
        raise Refused([place.problem(shown(values), f"a list, or {{{listing(keys, 'and')}}}")])
    problems = unknown(values, keys, place.path)
    absent = [key for key in keys if key not in values]
    if absent:
        problems.append(place.problem(f"no {listing(absent, 'and')}", listing(keys, "and")))
    many = str(values.get("steps", 2))
    if not many.isdecimal() or int(many) < 2:
        problems.append(place.problem(quote(many), "a whole number of steps, at least 2"))
    if "from" in values and "to" in values:
        try:
            found = spread(path, str(values["from"]), str(values["to"]), place)
        except Refused as refused:
            problems += refused.problems
    if problems:
        raise Refused(problems)
    return found if kind.spread else steps(path, str(values["from"]), str(values["to"]), int(many), place)
