"""The most that capacities allow if people were a fluid and every choice were made for one aim."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linprog

STEP = 1e-3
TEN_PERCENT = 0.1
NOTHING = 1e-6
SMALLEST = 1e-12

Array = NDArray[np.float64]


class Aim(StrEnum):
    """What is made as great as can be: the mean flow over the counted periods, or the least."""

    MEAN = "mean"
    LEAST = "least"


@dataclass(frozen=True)
class FluidProgram:
    """Flows through activities that use work and move people between stocks, period by period.

    One entity that starts an activity uses use[l, r, a] of resource r, l periods later, and
    changes stock s by change[l, s, a], l periods later; stocks never fall below 0. People held
    from the start are taken off `capacity` by the caller.
    """

    capacity: Array
    """(periods, resources) [work per period]"""
    use: Array
    """(lags, resources, activities) [work per entity]"""
    change: Array
    """(lags, stocks, activities) [entities per entity]"""
    supply: Array
    """(periods, stocks) [entities per period], from outside"""
    initial: Array
    """(stocks,) [entities]"""
    goal: int
    """the activity whose flow counts"""
    counted: NDArray[np.bool_]
    """(periods,) where it counts"""
    aim: Aim = Aim.MEAN


@dataclass(frozen=True)
class FluidAnswer:
    """The best plan and what one more unit of each resource, in every period, adds to it.

    A price left of the capacity differs from that right of it where two things bind at once.
    `binding` is the resource of which ten percent more adds most; if none adds, the one of which
    ten percent less costs most; None if people, not capacity, are the limit.
    """

    value: float
    """[entities per period]"""
    rate: Array
    """(periods,) flow of the goal"""
    flows: Array
    """(periods, activities)"""
    binding: int | None
    shadow_left: Array
    """(resources,) [entities per unit of work]; NaN where there is no capacity to lose"""
    shadow_right: Array
    """(resources,) [entities per unit of work]"""
    utilisation: Array
    """(resources,) work used over capacity, NaN where there is none"""


def fluid_bound(
    capacity: ArrayLike,
    use: ArrayLike,
    arrivals: ArrayLike,
    initial_stock: float = 0.0,
    *,
    aim: Aim = Aim.MEAN,
) -> FluidAnswer:
    """The most of one kind of entity that all resources together can finish.

    `capacity` (periods, resources) [work per period], `use` (resources,) [work per entity],
    `arrivals` (periods,). Who is not finished waits in the stock for a later period.

    Raises:
        ValueError: shapes do not match, or a number is negative or not finite.
    """
    each = np.asarray(use, dtype=np.float64)
    coming = np.asarray(arrivals, dtype=np.float64)
    return solve_fluid(
        FluidProgram(
            capacity=np.asarray(capacity, dtype=np.float64),
            use=each[None, :, None],
            change=np.array([[[-1.0]]]),
            supply=coming[:, None],
            initial=np.array([initial_stock]),
            goal=0,
            counted=np.ones(coming.size, dtype=np.bool_),
            aim=aim,
        )
    )


def solve_fluid(program: FluidProgram) -> FluidAnswer:
    """Solve the program once, and twice more for each resource for its two prices.

    Prices come from solving again, not from dual values: at a kink the solver reports any one
    between the two.

    Raises:
        ValueError: shapes do not match, a number is negative or not finite, or no plan is
            possible or none is best.
    """
    _check(program)
    value, flows = _solve(program)
    resources = range(program.capacity.shape[1])
    left = np.array([_price(program, index, -STEP, value) for index in resources])
    right = np.array([_price(program, index, STEP, value) for index in resources])
    return FluidAnswer(
        value=value,
        rate=flows[:, program.goal],
        flows=flows,
        binding=_binding(program.capacity.mean(axis=0), left, right, value),
        shadow_left=left,
        shadow_right=right,
        utilisation=_utilisation(program, flows),
    )


def _check(program: FluidProgram) -> None:
    periods, resources = program.capacity.shape
    stocks, activities = program.change.shape[1:]
    wanted = {
        "use": (program.use.shape[0], resources, activities),
        "supply": (periods, stocks),
        "initial": (stocks,),
        "counted": (periods,),
    }
    for name, shape in wanted.items():
        if getattr(program, name).shape != shape:
            raise ValueError(f"{name} is {getattr(program, name).shape}; wanted {shape}")
    for name in ("capacity", "use", "supply", "initial"):
        values = getattr(program, name)
        wrong = ~(np.isfinite(values) & (values >= 0.0))
        if wrong.any():
            raise ValueError(f"{name} {values[wrong][0]}; wanted finite, 0 or more")
    if not program.counted.any() or not 0 <= program.goal < activities:
        raise ValueError(f"goal {program.goal} counts in no period; wanted at least one")


def _solve(program: FluidProgram) -> tuple[float, Array]:
    periods, activities = program.capacity.shape[0], program.use.shape[2]
    matrix, limits = _limits(program)
    scale = _scale(program)
    cost = np.zeros(matrix.shape[1])
    if program.aim is Aim.LEAST:
        cost[-1] = -1.0
    else:
        flow = cost[:-1].reshape(periods, activities)
        flow[program.counted, program.goal] = -1.0 / program.counted.sum()
    found = linprog(cost, A_ub=matrix, b_ub=limits / scale, bounds=(0, None), method="highs")
    if found.x is None:
        raise ValueError(f"the fluid program has no best plan: {found.message}")
    flows = np.asarray(found.x[:-1]).reshape(periods, activities) * scale
    return -float(cost @ found.x) * scale, flows


def _limits(program: FluidProgram) -> tuple[Array, Array]:
    """Rows of matrix @ (flows by period then activity, least flow) <= limits."""
    periods = program.capacity.shape[0]
    work = _lagged(program.use, [np.eye(periods, k=-lag) for lag in range(len(program.use))])
    so_far = [np.tri(periods, k=-lag) for lag in range(len(program.change))]
    stock = _lagged(-program.change, so_far)
    counted = program.counted.astype(np.float64)
    goal = -np.eye(1, program.use.shape[2], program.goal)
    rows = np.vstack((work, stock, np.kron(np.diag(counted), goal)))
    least = np.zeros((rows.shape[0], 1))
    least[-periods:, 0] = counted
    held = program.initial + np.cumsum(program.supply, axis=0)
    limits = np.concatenate((program.capacity.ravel(), held.ravel(), np.zeros(periods)))
    per_entity = np.maximum(np.abs(rows).max(axis=1), SMALLEST)
    return np.hstack((rows, least)) / per_entity[:, None], limits / per_entity


def _scale(program: FluidProgram) -> float:
    """Flow of the narrowest resource, so that the solver's tolerance is small beside the answer."""
    most = program.use.sum(axis=0).max(axis=1)
    flows = program.capacity.mean(axis=0)[most > 0.0] / most[most > 0.0]
    return float(flows[flows > 0.0].min(initial=1e12)) if (flows > 0.0).any() else 1.0


def _lagged(effect: Array, reach: list[Array]) -> Array:
    """Effects (lags, things, activities) spread over periods: (periods x things, flows)."""
    parts = [np.kron(when, what) for when, what in zip(reach, effect, strict=True)]
    return np.asarray(np.sum(parts, axis=0))


def _price(program: FluidProgram, resource: int, step: float, value: float) -> float:
    """Change of the value per unit of capacity a period, spread as the capacity is."""
    now = program.capacity[:, resource]
    if not now.any():
        if step < 0:
            return float("nan")
        now = np.ones_like(now)
    capacity = program.capacity.copy()
    capacity[:, resource] += step * now
    moved = (_solve(replace(program, capacity=capacity))[0] - value) / (step * float(now.mean()))
    return moved if abs(moved) * float(now.mean()) > NOTHING * max(value, 1e-300) else 0.0


def _binding(mean: Array, left: Array, right: Array, value: float) -> int | None:
    for prices in (right, np.nan_to_num(left)):
        gains = TEN_PERCENT * np.where(mean > 0.0, mean, 1.0) * prices
        if gains.size and gains.max() > NOTHING * value:
            return int(np.argmax(gains))
    return None


def _utilisation(program: FluidProgram, flows: Array) -> Array:
    periods = flows.shape[0]
    used = np.zeros(program.capacity.shape)
    for lag, use in enumerate(program.use[:periods]):
        used[lag:] += flows[: periods - lag] @ use.T
    total = program.capacity.sum(axis=0)
    unknown = np.full(total.shape, np.nan)
    return np.asarray(np.divide(used.sum(axis=0), total, out=unknown, where=total > 0))
