"""Numbers from logs, each with its unit and formula in one table (`columns`)."""

from sim.measures.breaches import Breach
from sim.measures.daily import column_names
from sim.measures.outcomes import OutcomeCohort, TimeHeld
from sim.measures.places import Places
from sim.measures.plan import Plan, plan_of
from sim.measures.reduced import Reduced, reduce_log
from sim.measures.statistics import Key
from sim.measures.summary import daily_frame, summary
from sim.measures.waits import Cohort, WaitTable
from sim.measures.warmup import settle, truncation

__all__ = [
    "Breach",
    "Cohort",
    "Key",
    "OutcomeCohort",
    "Places",
    "Plan",
    "Reduced",
    "TimeHeld",
    "WaitTable",
    "column_names",
    "daily_frame",
    "plan_of",
    "reduce_log",
    "settle",
    "summary",
    "truncation",
]
