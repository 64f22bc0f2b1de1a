"""Every column and statistic there is, declared once: name, type, unit, meaning, formula.

`<step>`, `<object>`, `<limit>`, `<outcome>`, `<measure>` stand for names of the scenario; an
object is a pool, station, departure, gate or stock. Documentation is printed from these tables.
"""

from __future__ import annotations

from typing import NamedTuple


class Declared(NamedTuple):
    """A column of daily.parquet, or a statistic of summary.csv with `type` its statistics."""

    name: str
    type: str
    unit: str
    meaning: str
    formula: str = ""


DAILY = (
    Declared("world", "int64", "", "World the row is of; 0 has every fact at its stated value."),
    Declared("replication", "int64", "", "Replication the row is of."),
    Declared(
        "date", "datetime64", "", "Day the row is of; levels are at the midnight that ends it."
    ),
    Declared(
        "target",
        "float64",
        "people/day",
        "Target of the day.",
        "orders of the day where there are orders, else the value of the question",
    ),
    Declared(
        "arrests",
        "float64",
        "people/day",
        "Arrests that count towards the target.",
        "measures.arrests",
    ),
    Declared(
        "book_ins_ice",
        "float64",
        "people/day",
        "Book-ins arrested by ICE.",
        "measures.book_ins_ice",
    ),
    Declared(
        "book_ins_cbp",
        "float64",
        "people/day",
        "Book-ins arrested by CBP.",
        "measures.book_ins_cbp",
    ),
    Declared("book_ins", "float64", "people/day", "All book-ins.", "measures.book_ins"),
    Declared(
        "held",
        "float64",
        "people",
        "People held at midnight, hold rooms included.",
        "measures.held",
    ),
    Declared(
        "removals_from_detention",
        "float64",
        "people/day",
        "Removals of people held.",
        "measures.removals_from_detention",
    ),
    Declared(
        "removals_other",
        "float64",
        "people/day",
        "Removals of people not held.",
        "measures.removals_other",
    ),
    Declared(
        "removals",
        "float64",
        "people/day",
        "All removals.",
        "measures.removals, else the sum of outcomes whose name begins with removed",
    ),
    Declared(
        "releases",
        "float64",
        "people/day",
        "Releases.",
        "measures.releases, else the sum of outcomes whose name begins with released",
    ),
    Declared(
        "<measure>",
        "float64",
        "as it states",
        "A measure of the scenario.",
        "sum of its terms; an age is NaN but on the dates asked",
    ),
    Declared(
        "<outcome>",
        "int64",
        "people/day",
        "People who left in this way.",
        "entries to the exits of this outcome",
    ),
    Declared(
        "shortfall",
        "int64",
        "people/day",
        "Orders that nobody began in time, on the last day they could be begun.",
    ),
    Declared(
        "arrivals",
        "int64",
        "people/day",
        "People who came, spawned ones included.",
        "change of present + exits",
    ),
    Declared(
        "exits",
        "int64",
        "people/day",
        "People who left, in any way; orders not begun leave just after midnight.",
    ),
    Declared("present", "int64", "people", "People inside at midnight, counters included."),
    Declared(
        "<limit>.breaches",
        "int64",
        "people/day or unit-days",
        "Breaches of a limit: people who pass its bound that day, people who come to its step, "
        "or units in use over capacity at midnight.",
    ),
    Declared("<limit>.beyond", "int64", "people", "People past the bound of a limit at midnight."),
    Declared("<step>.entered", "int32", "people/day", "People who came to the step."),
    Declared("<step>.started", "int32", "people/day", "People who were granted what it gives."),
    Declared("<step>.finished", "int32", "people/day", "People who went on from it."),
    Declared("<step>.refused", "int32", "people/day", "People turned away for want of room."),
    Declared("<step>.impatient", "int32", "people/day", "People whose patience ran out."),
    Declared(
        "<step>.left",
        "int32",
        "people/day",
        "People taken from it: expired, bumped, evicted, short, or diverted.",
    ),
    Declared(
        "<step>.waiting",
        "int32",
        "people",
        "People in its line at midnight; of an object of the same name, where there is one.",
    ),
    Declared("<step>.busy", "int32", "people", "People in service or delayed there at midnight."),
    Declared(
        "<object>.capacity",
        "int64",
        "units",
        "Units or servers at midnight; of a departure the "
        "seats that left that day; of a gate 1 when open.",
    ),
    Declared(
        "<object>.in_use",
        "int64",
        "units",
        "Units held or servers busy at midnight; of a "
        "departure the seats taken that day; of a stock its level.",
    ),
    Declared("<object>.waiting", "int64", "people", "People in line at midnight."),
    Declared("<object>.stopped", "int64", "people", "People whose service is stopped at midnight."),
    Declared("<object>.mean_capacity", "float64", "units", "Average of the day.", "area / day"),
    Declared("<object>.mean_in_use", "float64", "units", "Average of the day.", "area / day"),
    Declared("<object>.mean_waiting", "float64", "people", "Average of the day.", "area / day"),
    Declared("<object>.mean_stopped", "float64", "people", "Average of the day.", "area / day"),
)

SPELL = "n, unfinished, mean, p50, p90, p95, p99, over <bound>"
OVER_DAYS = "mean, p50, p90, p95, p99"

SUMMARY = (
    Declared(
        "wait",
        SPELL,
        "hours",
        "Time from joining the line to leaving it, granted or not, of all "
        "who joined, zero waits included; time spent before the start counts.",
        "mean of all where all are over, else the restricted mean of the Kaplan-Meier curve",
    ),
    Declared(
        "stay",
        SPELL,
        "hours",
        "Pool: from grant to giving back. Station: from joining to the "
        "end of service, of those served or still there. Departure: the wait.",
        "as wait",
    ),
    Declared(
        "number_waiting",
        OVER_DAYS,
        "people",
        "People in line over time; percentiles are of the days' averages.",
        "area / time",
    ),
    Declared(
        "number_busy",
        OVER_DAYS,
        "units",
        "Servers busy or units held over time; of a stock its level; of a departure nothing.",
        "area / time",
    ),
    Declared(
        "number_stopped",
        OVER_DAYS,
        "people",
        "People whose service is stopped, over time.",
        "area / time",
    ),
    Declared(
        "utilisation",
        OVER_DAYS,
        "share",
        "Units in use over units there, of a departure seats "
        "taken over seats that left; percentiles are of days.",
        "busy area / capacity area",
    ),
    Declared(
        "throughput",
        "mean",
        "people/day",
        "Completions: services ended, units given back, seats taken.",
        "completions / days",
    ),
    Declared(
        "refused",
        "mean, rate",
        "share",
        "Turned away for want of room, of those who came.",
        "refused / came",
    ),
    Declared(
        "impatient",
        "mean, rate",
        "share",
        "Left the line when patience ran out, of those who came.",
        "impatient / came",
    ),
    Declared(
        "level_time",
        "n=0, n=1, …",
        "share",
        "Share of time with n present: in line, in service or holding, stopped.",
        "time with n / time",
    ),
    Declared(
        "breaches",
        "rate, total, at_end",
        "people/day",
        "Breaches of the limit named in `at`, "
        "over the whole run; at_end are those past it at the end [people].",
        "sum / days",
    ),
    Declared("cost", "total", "money", "Cost of the item named in `at`, over the whole run."),
    Declared(
        "outcome",
        "rate, total",
        "people/day",
        "People who left in the way named in `at`, over "
        "the whole run; inside are those still there at the end.",
    ),
    Declared(
        "<measure>",
        "mean",
        "as it states",
        "A measure of the scenario over the days after the warm-up, all days that have a value.",
    ),
)

STATISTICS = (
    Declared("n", "float64", "people", "How many the row is about."),
    Declared("unfinished", "float64", "share", "Share still waiting or staying at the end."),
    Declared("mean", "float64", "", "Mean; of shares the share itself."),
    Declared("p50", "float64", "", "Median; empty where too few have finished to know it."),
    Declared("p90", "float64", "", "What nine in ten do not exceed."),
    Declared("p95", "float64", "", "What nineteen in twenty do not exceed."),
    Declared("p99", "float64", "", "What ninety-nine in a hundred do not exceed."),
    Declared(
        "over <bound>", "float64", "share", "Share that lasts longer than a bound of `limits`."
    ),
    Declared("rate", "float64", "people/day", "People a day."),
    Declared("total", "float64", "", "Sum over the run."),
)

BANDS = (
    Declared("date", "date", "", "Day the row is of."),
    Declared("column", "str", "", "Measure the row is of, as in daily.parquet."),
    Declared("mean", "float64", "as the measure", "Mean over the replications."),
    Declared("p5", "float64", "as the measure", "Low end of the 90 % band over replications."),
    Declared("p25", "float64", "as the measure", "Low end of the 50 % band."),
    Declared("p50", "float64", "as the measure", "Median."),
    Declared("p75", "float64", "as the measure", "High end of the 50 % band."),
    Declared("p95", "float64", "as the measure", "High end of the 90 % band."),
)

SHARES = ("unfinished", "over ", "n=")


def is_share(measure: str, statistic: str) -> bool:
    """Whether a value can only lie between 0 and 1."""
    return statistic.startswith(SHARES) or (
        measure in ("refused", "impatient") and statistic == "mean"
    )


def unit_of(measure: str, statistic: str) -> str:
    """Unit of a row of the summary; "" where the scenario alone knows it."""
    if is_share(measure, statistic):
        return "share"
    if statistic in ("n", "at_end"):
        return "people"
    if statistic == "rate":
        return "people/day"
    if statistic == "total":
        return "money" if measure == "cost" else "people"
    return next((d.unit for d in SUMMARY if d.name == measure), "")
