"""`sim explain`: what a word means, wherever it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from pathlib import Path
from typing import get_args

from pydantic import BaseModel

from sim.errors import Problem, Refused, one_of, quote
from sim.log import Ended
from sim.measures.columns import BANDS, DAILY, STATISTICS, SUMMARY, Declared
from sim.scenario.grammar import Whole
from sim.scenario.steps import KINDS
from sim.study.named import Entry, names_in
from sim.study.vocabulary import (
    CHOICES,
    FILES,
    NUMBER,
    POINT_COLUMNS,
    SUMMARY_COLUMNS,
    TRACE_COLUMNS,
    VERDICT_KEYS,
    laws,
)

_MOST_PLACES = 6

WORDS = {
    "entity": "one simulated stay; a person arrested twice is two entities",
    "stream": "a source of entities: arrivals at a rate",
    "orders": "a stream of another kind: what is set for each day, so many pieces of work, counted",
    "initial stock": "those inside at the start, with the time they have already spent",
    "pool": "capacity that is seized, held across several steps and released: beds",
    "station": "a queue with servers, where a unit of work is done: judges, officers",
    "departure": "service in batches at set times with a number of seats: flights, buses",
    "gate": "a step that can be closed for a time: an injunction",
    "stock": "a level that is used up and refilled: people not yet found, dollars",
    "clock": "a named deadline that runs across steps: 72 hours in a hold room",
    "route": "the steps an entity takes",
    "profile": "a value that is piecewise constant over time",
    "calendar": "the days and hours in which a capacity is there, repeated by week",
    "scenario": "what a user wrote: one YAML file and what it extends",
    "question": "what the scenario asks: a measure, a value, dates, a probability",
    "network": "what the scenario means, without clock or chance",
    "world": "one set of values of the uncertain facts, drawn from their ranges",
    "replication": "one run with its own randomness; sentences and figures call it a run",
    "log": "what happened in one replication",
    "measure": "a number made from logs, with unit and formula",
    "verdict": "question, estimates and theory made into an answer with its evidence",
    "binding": "a resource is binding when a little more of it raises the measure",
    "breach": "one modelled legal limit passed by one person or one bed-day",
    "moves_with": "name that ranges share which move together: a world draws all of them at the same "
    "place of their ranges",
    "fitted set": "values of some facts that are known together: a world draws one row of them",
    "implausibility": "distance of a run from an observed value, over the root of the sum of squares "
    "of its standard error, the model's discrepancy and luck",
    "held out": "observed but not fitted to, so that it shows what a fit is worth",
    "within": "chance in one world: the variance of the rate reached over runs of the stated values, "
    "as a share of that over all worlds (`worlds.chance` of verdict.json)",
    "told apart by": "facts whose values differ between the worlds that say yes and those that say no "
    "(Mann-Whitney and Kolmogorov-Smirnov, Holm over all facts)",
    "moved by": "facts whose rank correlation with the rate reached shows (Spearman, Holm)",
    "reached": "in worlds.parquet: trailing mean of the measure on the date to reach it by, per day",
    "yes": "in worlds.parquet: whether the world answers the question with yes",
    "swing": "what a measure gains from a fact at the high end of its range against the low end",
    "mean effect": "in morris.csv: mean size of the effect of a fact over its whole range, others drawn",
    "first": "in sobol.csv: share of the variance that a fact accounts for by itself",
    "total": "in sobol.csv: share of the variance that a fact accounts for with all it does together "
    "with others",
    "rank correlation": "how far a measure rises with a fact over the worlds, by order alone (Spearman): "
    "1 always, 0 not at all, -1 falls always",
    "confidence sequence": "an interval that holds its confidence whenever one stops and however often one "
    "looks; `low` and `high` of `probability` in verdict.json",
    "tornado": "what the answer is at either end of each fact's range, all others at their stated values",
    "assumption": "a number that no source gives; its range says how far it may be off",
    "read": "a number that was read at its source",
    "second-hand": "a number as somebody else reports it, such as the press",
    "derived": "a number computed or fitted from others that have a source",
    "plausible": "a world is plausible if each of its facts lies within its range",
    "noise": "variance of the mean over replications, as a share of that between the points of a design",
    "time held": "unbroken time in which somebody holds a unit of a pool, up to a date or until they leave; a unit "
    "granted before the last is given back goes on with it",
    "shortfall": "what was set for a day and was still waiting, nothing granted, when its time was over",
}
ANSWERS = {
    "achievable": "the share of worlds that say yes is shown to be at least what is required, and "
    "no modelled limit of law is broken more than without the target",
    "achievable_with_breaches": "as achievable, but limits of law are broken more often",
    "not_achievable": "the share of worlds that say yes is shown to be below what is required",
    "undecided": "the runs so far can rule out neither; more replications may decide",
}
ENDINGS = {
    Ended.UNFINISHED: "the visit was still going on when the run ended",
    Ended.COMPLETED: "the visit ended as it should and the entity went on",
    Ended.REFUSED: "there was no room to wait in",
    Ended.IMPATIENT: "patience ran out before a grant",
    Ended.EXPIRED: "a deadline expired and took the entity elsewhere",
    Ended.BUMPED: "someone of higher priority took the unit",
    Ended.EVICTED: "a gate closed behind the entity and sent it elsewhere",
    Ended.SHORTFALL: "set for a day and still waiting, nothing granted, when its time was over",
    Ended.DIVERTED: "the gate was closed or the stock empty, and it went another way",
}


def explain(word: str, file: Path | str | None = None) -> list[Entry]:
    """Every meaning of a word; case, spaces and underscores do not matter.

    `file` is a scenario or a run folder whose names are known too. Raises Refused for an unknown word, with
    the nearest one that is known.
    """
    entries = [*_entries(), *(names_in(file) if file is not None else ())]
    found = [entry for entry in entries if _bare(entry["word"]) == _bare(word)]
    if found:
        return _merged(found)
    known = None if file is None else {entry["word"] for entry in entries}
    if columns := _of_a_name(word, entries, known):
        return columns
    names = list(dict.fromkeys(entry["word"] for entry in entries))
    wanted = one_of(word.lower(), names, "a word of a scenario, a column or the glossary")
    if file is None:
        wanted += "; names of a scenario are told by `sim explain WORD --in FILE`"
    raise Refused([Problem("explain", 0, "", quote(word), wanted)])


def _of_a_name(word: str, entries: Sequence[Entry], known: Set[str] | None) -> list[Entry]:
    """`judges.mean_in_use` is `<object>.mean_in_use`; where names are known, of one of them."""
    name, _, column = word.rpartition(".")
    if known is not None and name not in known:
        return []
    fit = [e for e in entries if e["word"].startswith("<") and _bare(e["word"]).endswith(f">.{_bare(column)}")]
    return _merged([{**e, "word": word, "of": name} for e in fit]) if name else []


def _merged(entries: list[Entry]) -> list[Entry]:
    """Places that give a word the same meaning told once."""
    places: dict[tuple[str, ...], list[str]] = {}
    first: dict[tuple[str, ...], Entry] = {}
    for entry in entries:
        key = tuple(value for name, value in entry.items() if name != "kind")
        places.setdefault(key, []).append(entry["kind"])
        first.setdefault(key, entry)
    return [{**entry, "kind": _all_of(places[key])} for key, entry in first.items()]


def _all_of(kinds: list[str]) -> str:
    """Kinds in a row; of very many the first few."""
    shown = kinds if len(kinds) <= _MOST_PLACES else kinds[: _MOST_PLACES - 1]
    more = len(kinds) - len(shown)
    return "; ".join(shown) + (f"; and {more} more places" if more else "")


def _bare(word: str) -> str:
    return word.strip().lower().replace("_", " ").replace("-", " ")


def _entries() -> Iterator[Entry]:
    for word, meaning in WORDS.items():
        yield {"word": word, "kind": "glossary", "meaning": meaning}
    for answer, meaning in ANSWERS.items():
        yield {"word": answer, "kind": "answer", "meaning": meaning}
    for ended, meaning in ENDINGS.items():
        yield {"word": ended.name.lower(), "kind": "how a visit ended (trace)", "meaning": meaning}
    for kind, declared in (("column of daily.parquet", DAILY), ("measure of summary.csv", SUMMARY),
                           ("statistic of summary.csv", STATISTICS), ("column of bands.csv", BANDS),
                           ("column of summary.csv", SUMMARY_COLUMNS),
                           ("column of trace.parquet", TRACE_COLUMNS),
                           ("column of points.csv", POINT_COLUMNS)):  # fmt: skip
        yield from (_declared(one, kind) for one in declared)
    yield from _of_a_scenario()
    yield from _fields(Whole, "scenario", set())
    for name, model in KINDS.items():
        yield from _fields(model, f"step {name}", set())


def _of_a_scenario() -> Iterator[Entry]:
    """What is written in files and is no key of the schema: parts of a number, laws, words to choose."""
    for name, meaning in FILES.items():
        yield {"word": name, "kind": "file of a run folder", "meaning": meaning}
    for key, meaning in NUMBER.items():
        yield {"word": key, "kind": "key of any file" if key == "extends" else "key of a number",
               "meaning": meaning}  # fmt: skip
    for key, meaning in VERDICT_KEYS.items():
        yield {"word": key, "kind": "key of verdict.json", "meaning": meaning}
    for law, meaning in laws():
        yield {"word": law, "kind": "law", "meaning": meaning}
    for word, kind, meaning in CHOICES:
        yield {"word": word, "kind": kind, "meaning": meaning}


def _declared(one: Declared, kind: str) -> Entry:
    return {
        "word": one.name, "kind": kind, "meaning": one.meaning, "unit": one.unit,
        "formula": one.formula, "type": one.type,
    }  # fmt: skip


def _fields(model: type[BaseModel], where: str, seen: set[type[BaseModel]]) -> Iterator[Entry]:
    """Every key of a model and of those inside it, each model once."""
    if model in seen:
        return
    seen.add(model)
    for name, field in model.model_fields.items():
        key = field.alias or name
        place = f"key of {where}"
        yield {"word": key, "kind": place, "meaning": field.description or _about(field.annotation)}
        if name != "steps":
            for inner in _models(field.annotation):
                yield from _fields(inner, f"{where}.{key}", seen)


def _about(annotation: object) -> str:
    return next((m.__doc__ or "" for m in _models(annotation)), "")


def _models(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for piece in get_args(annotation):
        yield from _models(piece)
