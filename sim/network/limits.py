"""What a table can hold."""

from __future__ import annotations

from sim.network.names import clash
from sim.network.numbering import Numbering
from sim.network.table import PATIENCE_PART
from sim.scenario.checks.sizes import MOST_POOLS


class NameClashError(ValueError):
    """Two names that would share their luck; one of them must be changed."""


def check(n: Numbering) -> None:
    """Raises NameClashError or ValueError as `compile_network` says."""
    if len(n.pool) > MOST_POOLS:
        raise ValueError(f"found {len(n.pool)} pools; wanted at most {MOST_POOLS}")
    if len(n.clocks) >= PATIENCE_PART:
        raise ValueError(f"found {len(n.clocks)} clocks; wanted fewer than {PATIENCE_PART}")
    two = clash(_streams(n)) or clash(_decisions(n))
    if two:
        raise NameClashError(
            f"found the names {two[0]!r} and {two[1]!r}; wanted one of them changed"
        )


def _streams(n: Numbering) -> list[str]:
    """Names that enter the counter of a draw as a stream."""
    dated = [d.name for d in n.model.departures] + [g.name for g in n.model.gates]
    return [s.name for s in n.sources] + dated


def _decisions(n: Numbering) -> list[str]:
    """Names that enter the counter of a draw as a decision."""
    steps = [word for s in n.model.steps for word in (s.name, f"{s.name}/patience")]
    return steps + list(n.attributes) + ["gap", "batch", "factor", "cancelled", "every", "for"]
