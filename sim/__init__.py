"""Whether a system of people, places and rules can do N a day, and what else happens.

The verbs of the command line are functions here: `sim.read`, `sim.check`, `sim.run`, `sim.compare`,
`sim.sweep`, `sim.store`, `sim.require`, `sim.sensitivity`, `sim.calibrate`, `sim.plot`, `sim.explain`.
Each is imported when first asked for, so that `import sim` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sim.version import VERSION

if TYPE_CHECKING:
    from sim.cli.verbs import calibrate as calibrate
    from sim.cli.verbs import compare as compare
    from sim.cli.verbs import plot as plot
    from sim.cli.verbs import require as require
    from sim.cli.verbs import run as run
    from sim.cli.verbs import sensitivity as sensitivity
    from sim.cli.verbs import store as store
    from sim.cli.verbs import sweep as sweep
    from sim.study.check import check as check
    from sim.study.glossary import explain as explain
    from sim.study.studyfile import read as read

__version__ = VERSION

_DOORS = {
    "read": "sim.study.studyfile",
    "check": "sim.study.check",
    "run": "sim.cli.verbs",
    "sensitivity": "sim.cli.verbs",
    "require": "sim.cli.verbs",
    "compare": "sim.cli.verbs",
    "calibrate": "sim.cli.verbs",
    "sweep": "sim.cli.verbs",
    "store": "sim.cli.verbs",
    "plot": "sim.cli.verbs",
    "explain": "sim.study.glossary",
}
__all__ = [
    "__version__", "calibrate", "check", "compare", "explain", "plot", "read", "require",
    "run", "sensitivity", "store", "sweep",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """The verb of that name, imported now."""
    if name not in _DOORS:
        raise AttributeError(f"module 'sim' has no attribute '{name}'")
    return getattr(import_module(_DOORS[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
