"""The least cost with which a fluid would meet the question: a linear program over weeks.

Every rule of the network is loosened, never tightened, so that what people can do on average a fluid
can do: choices of policy, refusals, bumping and eviction are free, people may be saved up for the dates
asked about, effort is the least of its table, and work that runs past closing hours adds to the
capacity. All numbers have their stated values. A second solution, in which nobody is saved up for more
than a week, is no bound; it is where the search begins. What stands in the way is told by a balance: no line,
delay or stock is run down in the days that are counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sim.network.model import Model
from sim.scenario import Scenario
from sim.study.require.answer import Bound, Enough
from sim.study.require.columns import weeks_of
from sim.study.require.counted import counted
from sim.study.require.fluid import flow_rows
from sim.study.require.moves import Move
from sim.study.require.program import Program, Saving, daily, program_of
from sim.study.require.unfolded import unfolded
from sim.verdict.asked import Asked


def bound_of(model: Model, scenario: Scenario, asked: Asked, moves: Sequence[Move]) -> Bound:
    """The bound, or what keeps even all upper bounds from the target; says why if there is none."""
    program = _program(model, scenario, asked, moves)
    if isinstance(program, str):
        return Bound(why=program)
    least = program.least_cost()
    start = program.least_cost(Saving.WEEK) if least is not None else None
    known = all(m.price is not None for m in moves)
    bound = Bound(wanted=program.wanted)
    if least is not None:
        bound = replace(
            bound,
            levels=tuple(least.levels.tolist()),
            cost=least.value if known else None,
            marginal=least.marginal if known else None,
        )
    if start is not None:
        return replace(
            bound,
            start=tuple(start.levels.tolist()),
            start_cost=start.value if known else None,
        )
    return _in_the_way(program, bound)


def explained(
    bound: Bound, model: Model, scenario: Scenario, asked: Asked, moves: Sequence[Move]
) -> Bound:
    """The bound with what stands in the way, where it is not said yet: the fluid could do it, people could not."""
    if bound.why or bound.most is not None:
        return bound
    program = _program(model, scenario, asked, moves)
    return bound if isinstance(program, str) else _in_the_way(program, bound)


def _program(
    model: Model, scenario: Scenario, asked: Asked, moves: Sequence[Move]
) -> Program | str:
    """The program, or why there is none."""
    if not (asked.at_least and asked.rate):
        return "the question is not about a flow that is to be at least so large"
    terms = counted(scenario, model, asked.measure)
    if terms is None:
        return f"{asked.measure} is not a sum of flows"
    whole, copies = unfolded(model)
    flow = flow_rows(whole, weeks_of(asked, model.days), moves)
    return program_of(flow, terms, copies, asked)


_ABOVE = 1.01
"""Times the most that can be saved up for: what a balance can never reach, nor be kept from more by."""


def _in_the_way(program: Program, bound: Bound) -> Bound:
    """The most that a fluid reaches, what stands in the way, and what it would take of each alone."""
    none = replace(bound, why="no plan of the fluid program is possible at all")
    most = program.most()
    if most is None:
        return none
    unsaved = program.most(Saving.NONE, ceiling=_ABOVE * most.value + 1.0)
    if unsaved is None:
        return none
    free = program.most(Saving.NONE, bounded=False)
    short = unsaved.value < program.wanted
    enough = [(source, program.enough_of(source)) for source in unsaved.sources if short]
    return replace(
        bound, most=most.value, unsaved=unsaved.value, limits=unsaved.limits,
        without_bounds=None if free is None else free.value,
        enough=tuple(
            Enough(source, found.value, daily(program.flow, source)) for source, found in enough if found
        ),
    )  # fmt: skip
