"""`sim calibrate`: a set of values for named numbers, all of which fit what was observed."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.scenario import Scenario
from sim.scenario.tree import plain
from sim.scenario.units import exact
from sim.study import engines
from sim.study.calibrate.asked import Given, asked
from sim.study.calibrate.observations import Observation
from sim.study.calibrate.parameters import Parameter
from sim.study.calibrate.search import Hands, How, search
from sim.study.check import checked
from sim.study.crew import crew
from sim.study.folder import PROVENANCE, answers, claim, complete, sealed, written_whole
from sim.study.forecast import expected
from sim.study.progress import say
from sim.study.run import RESULTS
from sim.study.studyfile import read_study
from sim.version import VERSION

if TYPE_CHECKING:
    import pandas as pd

TEXT, FIT, PARAMETERS, POINTS = "calibrate.txt", "fit.csv", "parameters.csv", "points.csv"
SET, FIGURES = "fitted.yaml", "figures"


@dataclass(frozen=True)
class Calibrated:
    """A fit that is on disk."""

    folder: Path

    @property
    def text(self) -> str:
        """The report in sentences."""
        words = (self.folder / TEXT).read_text(encoding="utf-8")
        return f"{words}\nFiles: {self.folder}"

    @property
    def file(self) -> Path | None:
        """The file with the set; None if nothing fits."""
        path = self.folder / SET
        return path if path.is_file() else None

    @cached_property
    def fit(self) -> pd.DataFrame:
        """One row for each observation."""
        return self._table(FIT)

    @cached_property
    def parameters(self) -> pd.DataFrame:
        """One row for each parameter."""
        return self._table(PARAMETERS)

    @cached_property
    def points(self) -> pd.DataFrame:
        """One row for each point that was run."""
        return self._table(POINTS)

    def _table(self, name: str) -> pd.DataFrame:
        import pandas as pd

        return pd.read_csv(self.folder / name, keep_default_na=False, na_values={"stands_in_for": []})

    @property
    def record(self) -> dict[str, Any]:
        """The same for machines."""
        told = json.loads((self.folder / PROVENANCE).read_text(encoding="utf-8"))
        return {
            "folder": str(self.folder), "file": str(self.file) if self.file else None,
            "digest": told["digest"], "command": told["command"],
            "fit": json.loads(self.fit.to_json(orient="records")),
            "parameters": json.loads(self.parameters.to_json(orient="records")),
        }  # fmt: skip


def calibrate(
    file: Path | str,
    observations: Path | str | None = None,
    *,
    fit: Sequence[str] = (),
    changes: Sequence[str] = (),
    points: int | None = None,
    replications: int | None = None,
    seed: int = 1,
    cut: float | None = None,
    discrepancy: float | None = None,
    engine: str | None = None,
    executor: str | None = None,
    jobs: int | None = None,
    out: Path | None = None,
    store: Path | None = None,
    again: bool = False,
    draw: Callable[[Path], object] | None = None,
) -> Calibrated:
    """Fits the numbers named by `fit` (`path` or `path=low:high`; all with a range if none is named).

    What is not given is as the `calibrate:` block of the file says, else as usual: 200 points, 2
    replications, a cut of 3 and no discrepancy. Facts that are not fitted stand at their stated values.
    The folder is `out`, or results/<scenario>/calibrate-<digest>.

    Raises Refused for a bad scenario, bad observations or a bad design, every problem at once.
    """
    study = read_study(file, changes)
    scenario = study.scenario
    given = {"points": points, "replications": replications, "cut": cut, "discrepancy": discrepancy}
    path, seen, of, how = asked(study, Given(observations, fit, seed, given))
    engines.known(engine)
    digest = _digest(scenario, seen, of, how)
    folder = out or RESULTS / Path(scenario.path).stem / f"calibrate-{digest}"
    if not again and answers(folder, digest):
        say(f"answered from {folder}; --again fits anew")
        complete(folder, draw)
        return Calibrated(folder)
    claim(folder, digest, again)
    used = engine or engines.soonest(how.points * how.replications * expected(checked(scenario).model))
    with crew(executor, jobs, used) as hands:
        found = search(scenario, of, seen, how, Hands(used, hands, None, store))
    by_hand = [name for name, value in given.items() if value is not None]
    command = _command(file, observations, fit, changes, how, by_hand)
    with written_whole(folder, draw) as draft:
        from sim.study.calibrate.writing import Told, write

        write(draft, folder, found, scenario, of, seen, how, Told(path, study.base, command))
        told = {
            "digest": digest, "title": scenario.title, "illustrative": scenario.illustrative,
            "command": command, "version": VERSION, **sealed(draft),
        }  # fmt: skip
        (draft / PROVENANCE).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return Calibrated(folder)


def _digest(
    scenario: Scenario, seen: Sequence[Observation], of: Sequence[Parameter], how: How
) -> str:
    told = {
        "version": VERSION, "scenario": plain(scenario.tree), "parameters": [asdict(p) for p in of],
        "observations": [asdict(one) | {"file": ""} for one in seen], "how": asdict(how),
    }  # fmt: skip
    return sha256(json.dumps(told, default=str, separators=(",", ":")).encode()).hexdigest()[:16]


def _command(
    file: Path | str, observations: Path | str | None, fit: Sequence[str], changes: Sequence[str],
    how: How, by_hand: Sequence[str],
) -> str:  # fmt: skip
    """The command that gives this result, to be run where the files were named so.

    What has its usual value is left out unless it was given `by_hand`: the file may say another.
    """
    words = ["sim", "calibrate", str(file)]
    words += [str(observations)] if observations is not None else []
    words += [word for path in fit for word in ("--fit", path)]
    words += [word for change in changes for word in ("--set", change)]
    words += ["--points", str(how.points), "--replications", str(how.replications)]
    words += ["--seed", str(how.seed)]
    for name in ("cut", "discrepancy"):
        value = getattr(how, name)
        if name in by_hand or value != getattr(How, name):
            words += [f"--{name}", exact(value)]
    return shlex.join(words)
