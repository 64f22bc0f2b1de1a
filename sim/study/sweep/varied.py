"""The points of a design in the scenario that they vary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import isnan

from sim.errors import Problem, Refused
from sim.scenario import Scenario, with_overrides
from sim.scenario.merge import SET
from sim.study.blocks import NO_PATH, Place
from sim.study.design import Axis, Design, Kind
from sim.study.point import Point
from sim.verdict.asked import Asked, asked

QUESTION = "question."
"""What the paths of a question begin with."""


def fitted(scenario: Scenario, of: Design, at: Mapping[str, Place] | None = None) -> Design:
    """The design with ranges rounded where only whole numbers are taken.

    Raises Refused for paths that are not there and ends that the scenario does not take, all at once;
    `at` says where a path was written, if that was in a file.
    """
    problems: list[Problem] = []
    axes = []
    for axis in of.axes:
        axes.append(_whole(scenario, axis, of.kind))
        listed = axis.values if isnan(axis.low) else axes[-1].ends
        for value in dict.fromkeys(listed):
            try:
                with_overrides(scenario, {axis.path: value})
            except Refused as refused:
                problems += [
                    _as_varied(p, axis, value, (at or {}).get(axis.path))
                    for p in refused.problems if p not in problems
                ]  # fmt: skip
    if problems:
        raise Refused(dict.fromkeys(problems))
    return replace(of, axes=tuple(axes))


def _whole(scenario: Scenario, axis: Axis, kind: Kind) -> Axis:
    """Rounded to whole numbers if the ends are whole, and it takes nothing between two of them."""
    if not (axis.low.is_integer() and axis.high.is_integer()):
        return axis
    try:
        with_overrides(scenario, {axis.path: axis.at(0.5 / (axis.high - axis.low))})
    except Refused:
        return axis.in_whole_numbers(each=kind is Kind.LIST)
    return axis


def _as_varied(problem: Problem, axis: Axis, value: str, at: Place | None) -> Problem:
    """The place in the design in place of one that was set by hand."""
    if problem.file != SET:
        return problem
    if at is not None and problem.path == axis.path:
        return at.of(problem)
    file = "sweep" if problem.found == NO_PATH else f"sweep, {axis.path}={value}"
    return replace(problem, file=file)


def point(scenario: Scenario, settings: Mapping[str, str]) -> Point:
    """Raises Refused, with the settings as the place."""
    try:
        return Point(with_overrides(scenario, settings), settings)
    except Refused as refused:
        where = ", ".join(f"{path}={value}" for path, value in settings.items())
        raise Refused(replace(p, file=f"sweep, {where}") for p in refused.problems) from None


class Questions:
    """What each point asks: its own question where a `question.` path varies, else that of all."""

    def __init__(self, scenario: Scenario, of: Design) -> None:
        self.scenario, self.common = scenario, asked(scenario)
        self.vary = any(axis.path.startswith(QUESTION) for axis in of.axes)

    def at(self, settings: Mapping[str, object]) -> Asked | None:
        """Of the point with these settings."""
        if not self.vary:
            return self.common
        said = {path: str(value) for path, value in settings.items()}
        return asked(point(self.scenario, said).scenario)
