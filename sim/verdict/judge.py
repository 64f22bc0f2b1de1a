"""From what the runs have shown to an answer with its evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.estimate import Difference, paired_difference
from sim.network.model import Model
from sim.verdict.asked import Asked
from sim.verdict.binding import binding
from sim.verdict.consequences import costs, held, outcomes, waits
from sim.verdict.evidence import Evidence, series
from sim.verdict.finding import CONFIDENCE, as_range, finding, mean_of, quoted
from sim.verdict.phrases import MADE_UP
from sim.verdict.plausible import plausible
from sim.verdict.verdict import Answer, Breach, Finding, Range, Verdict

if TYPE_CHECKING:
    from sim.scenario import Scenario

_NOT_MEASURED = "not measured (--binding none)"
_NOT_ASKED = "nothing is asked, so nothing can bind"
_SCOPE = (
    "This is a statement about a model and its stated assumptions, not a forecast, and takes no position "
    "on whether a target should be met."
)
_ALONE = (
    "Answered from the runs of the scenario alone (--binding none): what binds, {}other definitions and, "
    "unless the answer is yes, the same without target are left out."
)
_BESIDE = "the stated values beside the worlds, "


@dataclass(frozen=True)
class Run:
    """What was run: `model` has all numbers at their stated values; `paired` asks for effects."""

    scenario: Scenario
    model: Model
    asked: Asked | None
    seed: int
    engine: str
    digest: str
    paired: bool


def judge(run: Run, evidence: Evidence) -> Verdict:
    """The verdict on a scenario; without a question it has consequences only."""
    asked, base = run.asked, evidence.base
    found = finding(asked, series(base, asked.measure)) if asked else None
    central = None
    if asked and evidence.central:
        central = finding(asked, series(evidence.central, asked.measure))
    breached = breaches(run.scenario, evidence)
    return Verdict(
        title=run.scenario.title,
        illustrative=run.scenario.illustrative,
        question=question(run) if asked else None,
        answer=answer(found, breached, bool(evidence.without), run.model) if found else None,
        measure=asked.measure if asked else None,
        target=asked.value if asked else None,
        estimate=found.estimate if found else None,
        probability=found.probability if found else None,
        central=central,
        reached_on=found.reached_on if found else None,
        replications=len(base),
        worlds=len({one.world for one in base}),
        binding=binding(asked, evidence, run.model) if asked else (),
        binding_note="" if run.paired and asked else _NOT_MEASURED if asked else _NOT_ASKED,
        breaches=breached,
        held=held(run.asked, run.model, base),
        outcomes=outcomes(run.model, base),
        waits=waits(run.model, base),
        costs=costs(run.scenario, base),
        definitions=_definitions(asked, evidence),
        notes=tuple(_notes(run, evidence, found, central)),
        seed=run.seed,
        engine=run.engine,
        digest=run.digest,
        plausible=plausible(asked, evidence, _units(run, evidence)),
    )


def _units(run: Run, evidence: Evidence) -> dict[str, str]:
    """Of the uncertain facts by path, where worlds were drawn."""
    return {fact.path: fact.unit for fact in run.scenario.uncertain} if evidence.facts else {}


def question(run: Run) -> dict[str, object]:
    """The question as asked, with what it left out filled in."""
    asked = run.asked
    assert asked is not None
    unit = "/day" if asked.rate else ""
    return {
        "measure": asked.measure,
        "at_least" if asked.at_least else "at_most": f"{asked.value:.10g}{unit}",
        "averaged_over": f"{asked.window} days",
        "reached_by": asked.date(asked.reached_by).isoformat(),
        "sustained_until": asked.date(asked.sustained_until).isoformat(),
        "with_probability": asked.probability,
        "tolerance": asked.tolerance,
    }


def answer(found: Finding, breached: Sequence[Breach], compared: bool, model: Model) -> Answer:
    """The answer of the worlds, less plain where a limit of law is broken more for the target.

    Without orders the target is a yardstick and changes nothing; with orders and nothing to compare
    with, or too few runs to compare, all breaches count as more.
    """
    if found.answer != "achievable":
        return found.answer
    legal = [b for b in breached if b.legal]
    more = any(b.broken_more if compared else model.orders and b.in_all_runs > 0 for b in legal)
    return "achievable_with_breaches" if more else "achievable"


def breaches(scenario: Scenario, evidence: Evidence) -> tuple[Breach, ...]:
    """Each limit of the scenario with its breaches a day."""
    return tuple(
        _breach(name, limit.description or "", limit.legal, evidence)
        for name, limit in scenario.limits.items()
    )


def _breach(name: str, description: str, legal: bool, evidence: Evidence) -> Breach:
    column = f"{name}.breaches"
    base = [float(x.mean()) for x in series(evidence.base, column)]
    totals = [float(x.sum()) for x in series(evidence.base, column)]
    more: Range | None = None
    broken_more = False
    if evidence.without:
        without = [float(x.mean()) for x in series(evidence.without, column)]
        difference = paired_difference(base, without)
        more = as_range(difference.interval)
        broken_more = _shown(difference) if difference.interval.quotable else sum(totals) > 0
    return Breach(name, description, legal, quoted(base), mean_of(totals), sum(totals), more, broken_more)


def _shown(more: Difference) -> bool:
    """Whether chance is excluded, by the p-value: equal differences have one and no bounds."""
    return more.p_value <= 1.0 - CONFIDENCE and more.interval.mean > 0


def _definitions(asked: Asked | None, evidence: Evidence) -> Mapping[str, Finding]:
    if asked is None:
        return {}
    return {n: finding(asked, series(of, asked.measure)) for n, of in evidence.definitions.items()}


def _notes(
    run: Run, evidence: Evidence, found: Finding | None, central: Finding | None
) -> list[str]:
    notes = []
    if run.scenario.illustrative:
        notes.append(MADE_UP)
    if run.scenario.by_hand:
        notes.append(f"Changed by hand (--set): {'; '.join(run.scenario.by_hand)}.")
    if not run.paired and run.asked is not None:
        notes.append(_ALONE.format(_BESIDE if evidence.facts else ""))
    if not run.scenario.uncertain:
        notes.append("No number has a range, so the runs differ by chance alone.")
    elif not evidence.facts:
        notes.append("Every number is held at its stated value (--central); ranges are left out.")
    if found and central and found.answer != central.answer:
        notes.append("The worlds and the stated values give different answers; both are given.")
    if run.paired and run.scenario.limits and run.model.orders and not evidence.without:
        notes.append(
            "The scenario does not say what there is without the target (without_target), so "
            "breaches are not compared with that and all count as more."
        )
    notes.append(_SCOPE)
    return notes
