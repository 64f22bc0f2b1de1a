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

from sim.errors import Problem, Refused
from sim.scenario import Scenario
from sim.scenario.tree import plain
from sim.study import engines
from sim.study.calibrate.block import Block, held_out, placed, read_fit
from sim.study.calibrate.observations import NO, YES, Observation, misfits, read_observations
from sim.study.calibrate.parameters import Parameter, parameters
from sim.study.calibrate.search import Hands, How, search
from sim.study.check import checked
from sim.study.crew import crew
from sim.study.folder import PROVENANCE, answers, claim, complete, sealed, written_whole
from sim.study.forecast import expected
from sim.study.progress import say
from sim.study.run import RESULTS
from sim.version import VERSION

if TYPE_CHECKING:
    import pandas as pd

TEXT, FIT, PARAMETERS, POINTS = "calibrate.txt", "fit.csv", "parameters.csv", "points.csv"
SET, FIGURES = "fitted.yaml", "figures"
FEWEST_POINTS, MOST_POINTS = 20, 100_000


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
    (scenario, _, base), block = read_fit(Path(file), changes)
    given = {"points": points, "replications": replications, "cut": cut, "discrepancy": discrepancy}
    how = block.how(seed, given)
    path = _observations(file, observations, block)
    seen, of = _asked(scenario, path, fit, how, block)
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
    command = _command(file, observations, fit, changes, how)
    with written_whole(folder, draw) as draft:
        from sim.study.calibrate.writing import Told, write

        write(draft, folder, found, scenario, of, seen, how, Told(path, base, command))
        told = {
            "digest": digest, "title": scenario.title, "illustrative": scenario.illustrative,
            "command": command, "version": VERSION, **sealed(draft),
        }  # fmt: skip
        (draft / PROVENANCE).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return Calibrated(folder)


def _observations(file: Path | str, given: Path | str | None, block: Block) -> Path:
    """Raises Refused where neither the command nor the file names what was observed."""
    if given is not None or block.observations is not None:
        return Path(given) if given is not None else block.observations or Path()
    wanted = "a CSV, or a file with calibrate: {observations: …}"
    raise Refused([Problem(str(file), 0, "calibrate", "no observations", wanted)])


def _asked(
    scenario: Scenario, path: Path, fit: Sequence[str], how: How, block: Block
) -> tuple[list[Observation], list[Parameter]]:
    """Observations and parameters. Raises Refused with the problems of both and of the design."""
    problems: list[Problem] = _design(how)
    seen: list[Observation] = []
    of: list[Parameter] = []
    try:
        seen = held_out(read_observations(path), block)
        problems += misfits(seen, scenario, checked(scenario).model)
        problems += _parts(path, seen)
    except Refused as refused:
        problems += refused.problems
    try:
        of = parameters(scenario, fit or block.fit)
    except Refused as refused:
        problems += refused.problems if fit else [placed(p, block) for p in refused.problems]
    if problems:
        raise Refused(sorted(problems, key=lambda p: (p.file != str(path), p.line)))
    return seen, of


def _design(how: How) -> list[Problem]:
    problems = []
    if not FEWEST_POINTS <= how.points <= MOST_POINTS:
        wanted = f"from {FEWEST_POINTS} to {MOST_POINTS:,}"
        problems.append(Problem("--points", 0, "", f"{how.points:,} points", wanted))
    if not 1 <= how.replications <= 1000:
        problems.append(Problem("--replications", 0, "", str(how.replications), "from 1 to 1,000"))
    if not 0 < how.cut < float("inf"):
        problems.append(Problem("--cut", 0, "", str(how.cut), "a number above 0, such as 3"))
    if not 0 <= how.discrepancy < 1:
        wanted = "a share from 0 to below 1, such as 0.01"
        problems.append(Problem("--discrepancy", 0, "", str(how.discrepancy), wanted))
    return problems


def _parts(path: Path, seen: Sequence[Observation]) -> list[Problem]:
    """There must be a part that is fitted and one that is held out."""
    problems = []
    for word, what in ((YES, "to fit to"), (NO, "held out, to see what the fit is worth")):
        if not any(one.fitted == word for one in seen):
            found = f"no row with fitted {word}"
            problems.append(Problem(str(path), 0, "fitted", found, f"one at least {what}"))
    return problems


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
    how: How,
) -> str:  # fmt: skip
    words = ["sim", "calibrate", Path(file).name]
    words += [Path(observations).name] if observations is not None else []
    words += [word for path in fit for word in ("--fit", path)]
    words += [word for change in changes for word in ("--set", change)]
    words += ["--points", str(how.points), "--replications", str(how.replications)]
    words += ["--seed", str(how.seed)]
    words += ["--cut", f"{how.cut:g}"] if how.cut != How.cut else []
    words += ["--discrepancy", f"{how.discrepancy:g}"] if how.discrepancy else []
    return shlex.join(words)
