"""Words of a scenario and of its tables that are neither keys nor columns of a day."""

from __future__ import annotations

from collections.abc import Iterator

from sim.errors import listing
from sim.measures.columns import Declared
from sim.scenario.law import PARAMETERS

FILES = {
    "scenario.yaml": "the scenario as it was run: what was extended is written out, what was set is in place",
    "provenance.json": "version, seed, engine and every number with its source",
    "verdict.json": "the answer with its evidence, for machines",
    "daily.parquet": "a row for each world, replication and day",
    "summary.csv": "a row for each measure, place, class and statistic: mean over replications, interval",
    "trace.parquet": "a row for each visit of an entity to a step, with --trace",
    "worlds.parquet": "a row for each world: its facts and what it answered",
}
SUMMARY_COLUMNS = (
    Declared("measure", "string", "", "What is told: a measure of the scenario, or one of every place."),
    Declared("at", "string", "", "Pool, station, departure, stock, step or outcome it is of; empty for all."),
    Declared("class", "string", "", "Values of the attributes under `classes`; empty for everybody."),
    Declared("statistic", "string", "", "Which number: mean, p50, p90, p95, p99, a share, a total."),
    Declared("mean", "float64", "as `unit`", "Mean of the statistic over the replications."),
    Declared("low", "float64", "as `unit`", "Low end of the interval around it."),
    Declared("high", "float64", "as `unit`", "High end of the interval around it."),
    Declared("confidence", "float64", "share", "How sure the interval is, such as 0.95."),
    Declared("unit", "string", "", "Unit of mean, low and high."),
)
TRACE_COLUMNS = (
    Declared("world", "int32", "", "World the visit is of; 0 has every fact at its stated value."),
    Declared("replication", "int32", "", "Replication the visit is of."),
    Declared("entity", "string", "", "Name of the entity.", "stream/number"),
    Declared("stream", "string", "", "Stream, orders or initial stock; of who was spawned with the step."),
    Declared("number", "int64", "", "Number of the entity in its stream, from 0; in an initial stock from 1."),
    Declared("step", "string", "", "Step that is visited; null for a unit held from the start."),
    Declared("visit", "int16", "", "How often the entity had come to this step before."),
    Declared("arrived", "int64", "us from the start", "When it came to the step."),
    Declared("started", "int64", "us from the start", "When it was granted what it waited for; null if never."),
    Declared("finished", "int64", "us from the start", "When service, delay or holding ended; null if never."),
    Declared("units", "int32", "units", "Units it took."),
    Declared("ended", "string", "", "How the visit ended, such as completed or impatient."),
)
NUMBER = {
    "value": "the number, with its unit",
    "unit": "the unit of a number, if not written with the value",
    "source": "where the number can be read; `assumption` if nowhere. Stated on a mapping it holds for the "
    "numbers in it that say none, but not for those that another file lays over them",
    "as_of": "the date that the number describes",
    "confidence": "how sure: read, second-hand, derived or assumption",
    "range": "low and high of a number that is uncertain; each world draws a value between them",
    "extends": "file that this one is laid over: mappings merge, a list is replaced whole, an empty value "
    "takes away",
}
_HELD = "value of at_end"
_LEVEL, _EVENT, _PER, _GAPS = "value of level", "value of event", "what a cost is per", "value of gaps"
CHOICES = (
    ("finish", _HELD, "who is being served when the hours end or servers leave is served to the end"),
    ("pause", _HELD, "work stops as the hours end and goes on from there when they begin again"),
    ("in_use", _LEVEL, "units held, servers busy, or the level of a stock, at midnight"),
    ("waiting", _LEVEL, "people in line at midnight"),
    ("capacity", _LEVEL, "units or servers there are at midnight; seats of a departure that day"),
    ("stopped", _LEVEL, "people whose work was stopped, by the end of hours or by pre-emption"),
    ("entered", _EVENT, "people who came to the step that day"),
    ("started", _EVENT, "people who were granted what the step gives that day"),
    ("finished", _EVENT, "people who went on from the step that day"),
    ("refused", _EVENT, "people who found no room to wait in that day"),
    ("impatient", _EVENT, "people whose patience ran out that day"),
    ("left", _EVENT, "people who left the step another way that day: expired, bumped, evicted, diverted"),
    ("day", _PER, "a unit of a pool in use, or a server busy, for a day"),
    ("hour", _PER, "a unit of a pool in use, or a server busy, for an hour"),
    ("seat", _PER, "a seat of a departure that left"),
    ("departure", _PER, "a departure that left with somebody"),
    ("exit", _PER, "a person who left with the outcome"),
    ("exponential", _GAPS, "gaps by chance: a Poisson process at the rate"),
    ("regular", _GAPS, "equal gaps at the rate"),
    ("listed", _GAPS, "arrivals at the instants under `times`"),
    ("wait", "value of closed and empty", "whoever finds the gate closed or the stock empty waits in line"),
    ("resume", "value of preempt", "work of lower priority stops and goes on later from where it was"),
    ("restart", "value of preempt", "work of lower priority stops and is done again from the start, as long"),
    ("rest", "a share", "what the other shares leave of 1"),
    ("auto", "value of warm_up", "the days to leave out are found from the runs (MSER-5, over replications)"),
)


def laws() -> Iterator[tuple[str, str]]:
    """(kind, how it is written) of every law of chance."""
    for kind, sets in PARAMETERS.items():
        forms = listing(f"{{{kind}: {{{', '.join(sorted(names))}}}}}" for names in sets)
        yield kind, f"law of chance, written {forms}"
    yield "quantiles", "law by values of probabilities, linear between: {quantiles: {0: 1 hour, 1: 9 hours}}"
    yield "values", "law that draws one of the observed values: {values: [1 hour, 3 hours]}"
    yield "scipy", "any other law of scipy.stats: {scipy: {law: invgauss, mu: 2, scale: 1 hour}}"
