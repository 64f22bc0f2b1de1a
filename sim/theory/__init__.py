"""Exact and fluid answers that need no simulation."""

from sim.theory.bulk import batch_arrivals_mxm1, bulk_departures
from sim.theory.census import mginf_census, mginf_census_profile
from sim.theory.erlang import (
    erlang_b,
    erlang_c,
    least_servers_for_blocking,
    mmc_wait_mean,
    mmc_wait_quantile,
    mmc_wait_tail,
)
from sim.theory.fluid import Aim, FluidAnswer, FluidProgram, fluid_bound, solve_fluid
from sim.theory.limited import ErlangA, FiniteRoom, erlang_a, mmck
from sim.theory.network import JacksonAnswer, jackson, offered_load, traffic
from sim.theory.priority import (
    PreemptiveTimes,
    mg1_wait,
    mmc_priority_waits,
    priority_times_preemptive,
    priority_waits,
)

__all__ = [
    "Aim",
    "ErlangA",
    "FiniteRoom",
    "FluidAnswer",
    "FluidProgram",
    "JacksonAnswer",
    "PreemptiveTimes",
    "batch_arrivals_mxm1",
    "bulk_departures",
    "erlang_a",
    "erlang_b",
    "erlang_c",
    "fluid_bound",
    "jackson",
    "least_servers_for_blocking",
    "mg1_wait",
    "mginf_census",
    "mginf_census_profile",
    "mmc_priority_waits",
    "mmc_wait_mean",
    "mmc_wait_quantile",
    "mmc_wait_tail",
    "mmck",
    "offered_load",
    "priority_times_preemptive",
    "priority_waits",
    "solve_fluid",
    "traffic",
]
