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
POINT_COLUMNS = (
    Declared("replications", "int64", "runs", "How many runs the point has."),
    Declared("asked", "float64", "as the question", "Value that the point asks for, a day where it is a rate."),
    Declared("required", "float64", "share", "Share of runs that must say yes for the point to be achievable."),
    Declared("answer", "string", "", "What the point says: achievable, not_achievable or undecided."),
    Declared("share", "float64", "share", "Runs that say yes, of all of the point."),
    Declared("share_low", "float64", "share", "Low end of the exact 95 % interval of the share."),
    Declared("share_high", "float64", "share", "High end of the exact 95 % interval of the share."),
    Declared("reached", "float64", "as the question", "Trailing mean of the measure on the date to reach it by."),
    Declared("reached_low", "float64", "as the question", "Low end of the 95 % interval of `reached`."),
    Declared("reached_high", "float64", "as the question", "High end of the 95 % interval of `reached`."),
    Declared("shortfall", "float64", "as the question",
             "What is asked, tolerance allowed for, less what is reached; negative where it is met."),
    Declared("breach.<limit>", "float64", "people/day", "Breaches of the limit a day."),
    Declared("cost.<item>", "float64", "money", "Cost of the item over the run."),
    Declared("mean.<measure>", "float64", "as the measure", "Mean of the measure over the days of the run."),
    Declared("digest", "string", "", "Name of the point in the store; of a run, what decides its result."),
)  # fmt: skip
VERDICT_KEYS = {
    "question": "what was asked, with the sentence that says it",
    "answer": "achievable, achievable_with_breaches, not_achievable or undecided",
    "measure": "name of the measure asked about",
    "target": "value asked for, per day where the measure is a rate",
    "estimate": "trailing mean of the measure on the date to reach it by, with its interval, and the highest "
    "such mean up to then",
    "probability": "share of worlds that say yes, with the confidence sequence that decides (low, high), and "
    "the exact interval of a fixed number of worlds (exact)",
    "on": "the date that the estimate is for",
    "window_days": "days over which the measure is averaged",
    "highest": "of the estimate: the highest such mean by the date; of those held: the highest of the run",
    "highest_on": "last day of the highest such mean",
    "required": "share of worlds that the question asks for",
    "exact": "Clopper-Pearson interval of the share, for a fixed number of worlds",
    "per_day": "mean a day with its interval",
    "central": "answer, estimate and probability with every fact at its stated value",
    "reached_on": "first day on which the question is met in the share of worlds required",
    "worlds": "how many worlds were drawn and say yes, how much of the spread is chance, and which facts "
    "tell those that say yes apart",
    "definitions": "answer and estimate under each other definition of the resources",
    "seed": "where all chance begins: the same seed gives the same numbers",
    "engine": "kernel (compiled) or simpy (the reference); both give the same numbers",
    "replications": "how many runs were made, each in a world of its own where facts have ranges",
    "illustrative": "whether the numbers are made up",
    "notes": "what a reader must know beside: what was not measured, where numbers have no ranges",
    "binding_note": "why nothing was measured of what binds",
    "held": "how many are held, or inside, after the first day, on the date asked about, at the highest and "
    "at the end",
    "waits": "by pool, station and departure: mean and quantiles of the wait [hours], those still waiting counted "
    "as such, and by month of joining",
    "costs": "by item: mean over runs with its interval, and the sum of all runs",
    "breaches": "by limit: how often it is broken a day, in all, and against the same without the target",
    "outcomes": "who left how (`left`), who is still inside, and by month of coming",
    "time_held": "of those who left so and had been held: how many (`n`), mean, p50 and p90 [days] of the last "
    "unbroken time until they left",
    "after_being_held": "whether all who left so had been held (true) or none (false); null where there are both",
    "share_of_exits": "people who left so over all who left",
    "in_all_runs": "sum over all runs, however few",
    "differs_at_most": "where all runs gave the same: the share of others that may not, at the confidence beside",
    "more_than_without": "breaches a day beyond those of the same worlds without the target",
    "broken_more": "whether the target makes the limit be broken more often than chance alone would (95 %)",
    "legal": "whether it is a limit of law",
    "resource": "pool, station, departure, stock or stream of which there is a tenth more",
    "effect_of_ten_percent": "what a tenth more of the resource adds to the measure over the dates asked about",
    "p_adjusted": "chance of such an effect if there were none, adjusted for all resources (Holm)",
    "share_of_worlds_first": "share of worlds in which a tenth more of this resource adds most",
    "utilisation": "units or servers in use over those there are, over the dates asked about",
    "queue_growth": "people by whom the line grows a day over those dates",
    "shadow_price": "what one unit more adds by averages alone, at the left and at the right of what there is",
    "first_by_averages": "whether a tenth more of it adds most by averages alone",
}
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
