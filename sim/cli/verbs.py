"""The verbs that end in figures, as the command line and `import sim` both call them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.options import known
from sim.scenario import Scenario
from sim.study.identity import AUTO
from sim.study.run import run as run_without_figures

if TYPE_CHECKING:
    import pandas as pd

    from sim.study.calibrate.verb import Calibrated
    from sim.study.compare import Compared
    from sim.study.finished import Finished
    from sim.study.require import Required
    from sim.study.sensitivity.finding import Finished as Studied
    from sim.study.sweep.given import Vary
    from sim.study.sweep.verb import Swept


def plot(folder: Path | str) -> list[Path]:
    """Figures of a finished run or study, drawn again into its folder; the files.

    Raises Refused if it is the folder of neither.
    """
    from sim.figures import draw

    return list(draw(Path(folder)))


@wraps(run_without_figures)
def run(*args: Any, **options: Any) -> Finished:
    """`sim.study.run.run`, with the figures drawn; `replications` may be `auto` as well as None."""
    given = known(options)
    if given.get("replications") == AUTO:
        given["replications"] = None
    return run_without_figures(*args, draw=plot, **given)


def calibrate(file: Path | str, observations: Path | str | None = None, **options: Any) -> Calibrated:
    """`sim.study.calibrate.verb.calibrate`, with the figures drawn."""
    from sim.study.calibrate.verb import calibrate as without_figures

    return without_figures(file, observations, draw=plot, **known(options))


def sensitivity(file: Path | str, **options: Any) -> Studied:
    """`sim.study.sensitivity.sensitivity`, with the figures drawn."""
    from sim.study.sensitivity import sensitivity as without_figures

    return without_figures(file, draw=plot, **known(options))


def swept(
    file: Path | str,
    vary: Vary = (),
    *,
    engine: str | None = None,
    executor: str | None = None,
    jobs: int | None = None,
    store: Path | None = None,
    **plan: object,
) -> Swept:
    """`sim.study.sweep.verb.sweep`, with the figures drawn."""
    from sim.study.sweep.plan import Means
    from sim.study.sweep.verb import sweep as without_figures

    many: Any = plan.pop("replications", None)  # may be a text here, which the sweep reads
    by = known({"engine": engine, "jobs": jobs, "store": store, "executor": executor})
    means = Means(by["engine"], executor, by["jobs"], by["store"])
    return without_figures(file, vary, replications=many, draw=plot, means=means, **known(plan))


def sweep(file: Path | str, vary: Vary = (), **plan: object) -> pd.DataFrame:
    """One row a point: what was varied, the answer, the rate reached, breaches, costs, means.

    `vary` is `path=from:to:steps` or `path=a,b,c`, several of them, or paths with their values as in a
    `sweep:` block: a list, or `{"from": 2, "to": 5, "steps": 4}`. The rest is as `sim sweep` has it (`design`
    or `kind`, `points`, `replications`, `precision`, `seed`, `central`, `changes` or `set`, `again`, `out`,
    `engine`, `executor`, `jobs`, `store`).

    Raises Refused for a design that cannot be read or run.
    """
    return swept(file, vary, **plan).frame  # type: ignore[arg-type]


def store(
    what: str = "show", *, scenario: str | None = None, store: Path | str | None = None
) -> pd.DataFrame:
    """What is in a store of finished replications: one row for each scenario and version of the model.

    With `scenario` those of that one alone. `prune` takes out first what no run can use, and all of
    `scenario` if one is named; the rows are then all that is left. The frame's `attrs` say which folder
    it is, the version of the model, and how many files and bytes were taken out.

    Raises Refused for anything else to do, and for a store that is not there.
    """
    import pandas as pd

    from sim.study.keeping import COLUMNS, keep

    found = keep(what, known({"store": store})["store"], scenario).record()
    frame = pd.DataFrame(found.pop("kept"), columns=list(COLUMNS))
    frame.attrs.update(found)
    return frame


def compared(*files: Path | str, **options: Any) -> Compared:
    """`sim.study.compare.compared`, with the figures drawn where the tables are kept."""
    from sim.study.compare import compared as without_figures

    return without_figures(*files, draw=plot, **known(options))


def compare(*files: Path | str, **options: Any) -> pd.DataFrame:
    """The differences of `compared`; the options are those of `sim.study.compare.compared`."""
    return compared(*files, **options).differences


def _draw_required(of: Required, folder: Path) -> list[Path]:
    """The figure of a trade-off, where one was asked for."""
    return plot(folder) if of.frontier else []


def require(file: Path | str | Scenario, move: str | Sequence[str] = (), **options: Any) -> Required:
    """`sim.study.require.require`, with the figure of a trade-off drawn."""
    from sim.study.require import require as without_figures

    return without_figures(file, draw=_draw_required, **known({**options, "move": move}))
