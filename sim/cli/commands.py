"""The commands: parse, call, print.

Results go to stdout, everything else to stderr. Exit codes: 0 answered, 2 refused, 1 anything else,
and 3 with `--strict` when the answer is anything but achievable.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from sim.cli.options import COUNTS
from sim.errors import REFUSED, Problem, Refused, SimError, quote
from sim.version import VERSION

if TYPE_CHECKING:
    import pandas as pd

app = typer.Typer(
    name="sim",
    help="Can this system of people, places and rules do N a day, and what else happens?",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
FAILED, NOT_ACHIEVABLE = 1, 3
_INTERRUPTED = 130
"""What Typer makes of Ctrl-C."""


class Binding(StrEnum):
    PAIRED = "paired"
    NONE = "none"


class Ways(StrEnum):
    TORNADO = "tornado"
    MORRIS = "morris"
    SOBOL = "sobol"
    ALL = "all"


class EngineName(StrEnum):
    KERNEL = "kernel"
    SIMPY = "simpy"


File = Annotated[Path, typer.Argument(metavar="FILE", help="a scenario, in YAML")]
Files = Annotated[list[Path], typer.Argument(metavar="FILE…", help="scenarios, in YAML")]
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="a run folder")]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="change one value; repeatable"),
]


def _number(name: str, help: str) -> Any:
    low, high = COUNTS[name]
    return typer.Option(min=low, max=high, help=help)


Seed = Annotated[int, _number("seed", "where all chance begins")]
Replications = Annotated[
    str, typer.Option(metavar="N|auto", help="how many runs; auto goes on until the answer is sure")
]
Fixed = Annotated[str, typer.Option(metavar="N", help="how many runs of each")]
Central = Annotated[bool, typer.Option("--central", help="hold every fact at its stated value")]
Again = Annotated[bool, typer.Option("--again", help="run anew and replace what is there")]
Jobs = Annotated[int | None, _number("jobs", "how many runs at once; all processors unless said")]
Json = Annotated[bool, typer.Option("--json", help="print for machines")]
Which = Annotated[EngineName | None, typer.Option("--engine", help="which engine runs; the kernel unless said")]
What = Annotated[Binding | None, typer.Option(help="find what binds and compare, or answer alone")]
Executor = Annotated[
    str | None, typer.Option(help="local, dask, or tcp://… of a scheduler that is running")
]
At = Annotated[
    Path | None,
    typer.Option("--store", metavar="DIR", help="where finished replications are; results/.store unless said"),
]
Out = Annotated[Path | None, typer.Option("--out", metavar="DIR", help="the run folder")]


@app.callback(invoke_without_command=True)
def root(
    version: Annotated[bool, typer.Option("--version", help="print the version")] = False,
) -> None:
    """What is common to all commands."""
    if version:
        print(VERSION)
        raise typer.Exit


@app.command()
def check(files: Files, as_json: Json = False) -> None:
    """Say every mistake in a scenario before anything runs."""
    from sim.study.check import check as check_all

    problems = check_all(*files)
    if as_json:
        print(json.dumps([_as_record(p) for p in problems], indent=1, ensure_ascii=False))
    if problems:
        raise Refused(problems)
    if not as_json:
        for file in files:
            print(f"{file}: no mistakes found")


def _as_record(problem: Problem) -> dict[str, object]:
    return {name: getattr(problem, name) for name in ("file", "line", "path", "found", "wanted")}


@app.command()
def run(
    file: File,
    *,
    replications: Replications = "10",
    central: Central = False,
    binding: What = None,
    seed: Seed = 1,
    again: Again = False,
    engine: Which = None,
    changes: Set = None,
    out: Out = None,
    trace: Annotated[bool, typer.Option("--trace", help="keep every visit as a row")] = False,
    jobs: Jobs = None,
    strict: Annotated[bool, typer.Option("--strict", help="exit 3 unless achievable")] = False,
    as_json: Json = False,
) -> None:
    """Answer the question of a scenario."""
    from sim.cli.verbs import run as answer

    finished = answer(
        file, changes=changes or (), replications=_count(replications), central=central,
        binding=binding and binding.value, seed=seed, again=again, engine=engine and engine.value,
        out=out, trace=trace, jobs=jobs,
    )  # fmt: skip
    print(json.dumps(finished.verdict, indent=1, ensure_ascii=False) if as_json else finished.text)
    if strict and finished.verdict.get("answer") != "achievable":
        raise typer.Exit(NOT_ACHIEVABLE)


def _count(text: str) -> int | None:
    """`auto` as None, else a whole number from 1 up."""
    if text == "auto":
        return None
    low, high = COUNTS["replications"]
    if not text.isdecimal() or not low <= int(text) <= high:
        wanted = f"a whole number from {low:,} to {high:,}, or auto"
        raise Refused([Problem("--replications", 0, "", quote(text), wanted)])
    return int(text)


def _fixed(text: str) -> int:
    """A whole number from 1 up; what is compared has as many runs as what it is compared with."""
    found = _count(text)
    if found is None:
        raise Refused([Problem("--replications", 0, "", quote(text), "a whole number, the same for all")])
    return found


@app.command()
def compare(
    files: Files,
    *,
    replications: Fixed = "10",
    seed: Seed = 1,
    central: Central = False,
    engine: Which = None,
    executor: Executor = None,
    changes: Set = None,
    again: Again = False,
    out: Out = None,
    store: At = None,
    jobs: Jobs = None,
    as_json: Json = False,
) -> None:
    """How scenarios that share their luck differ. Each less the first, and a ranking."""
    from sim.cli.verbs import compared
    from sim.study.comparison import printed

    found = compared(
        *files, changes=changes or (), replications=_fixed(replications), seed=seed,
        central=central, engine=engine and engine.value, executor=executor, jobs=jobs, store=store,
        out=out, again=again,
    )  # fmt: skip
    print(_rows(found.differences, found.illustrative) if as_json else printed(found))


def _rows(frame: pd.DataFrame, illustrative: bool) -> str:
    """Each row says, as a verdict does, whether its numbers are made up."""
    return frame.assign(illustrative=illustrative).to_json(orient="records", indent=1)


@app.command()
def sweep(
    file: File,
    *,
    vary: Annotated[
        list[str] | None,
        typer.Option(metavar="PATH=FROM:TO:STEPS|A,B,C", help="what to vary; repeatable"),
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--design", help="grid unless said, list, latin_hypercube or sobol")
    ] = None,
    points: Annotated[
        int | None, typer.Option(min=1, help="how many points, of a latin_hypercube or sobol design")
    ] = None,
    replications: Annotated[
        str | None, typer.Option(metavar="N|auto", help="how many runs of each point; 10 unless said")
    ] = None,
    precision: Annotated[
        str | None, typer.Option(help="go on until the rate is known so closely, such as 2%")
    ] = None,
    seed: Seed = 1,
    central: Central = False,
    again: Again = False,
    engine: Which = None,
    executor: Executor = None,
    changes: Set = None,
    out: Out = None,
    store: At = None,
    jobs: Jobs = None,
    as_json: Json = False,
) -> None:
    """The answer at every point of a design. Goes on where it was stopped."""
    from sim.cli.verbs import swept

    found = swept(
        file, vary or (), kind=kind, points=points, changes=changes or (), replications=replications,
        precision=precision, seed=seed, central=central, again=again, out=out, store=store,
        engine=engine and engine.value, executor=executor, jobs=jobs,
    )  # fmt: skip
    print(_rows(found.frame, found.illustrative) if as_json else found.text)


@app.command()
def store(
    what: Annotated[str, typer.Argument(metavar="[show|prune]")] = "show",
    scenario: Annotated[
        str | None, typer.Option(help="show records of this scenario alone; with prune, also take all of them out")
    ] = None,
    folder: At = None,
    as_json: Json = False,
) -> None:
    """Show the store of finished replications, or prune it. Pruning takes out what no run can use."""
    from sim.study.keeping import keep

    found = keep(what, folder, scenario)
    print(json.dumps(found.record(), indent=1) if as_json else found.text)


@app.command()
def sensitivity(
    file: File,
    *,
    method: Annotated[Ways, typer.Option(help="one way of looking, or all in turn")] = Ways.ALL,
    replications: Annotated[int, typer.Option(min=1, help="runs of each point")] = 10,
    seed: Seed = 1,
    screen: Annotated[int, typer.Option(min=1, help="how many facts go on to indices")] = 10,
    samples: Annotated[int, typer.Option(min=1, help="rows of the matrices of indices")] = 256,
    again: Again = False,
    engine: Which = None,
    executor: Executor = None,
    changes: Set = None,
    out: Out = None,
    store: At = None,
    jobs: Jobs = None,
    as_json: Json = False,
) -> None:
    """Which uncertain facts move the answer."""
    from sim.cli.verbs import sensitivity as study

    found = study(
        file, changes=changes or (), method=method.value, replications=replications, seed=seed,
        screen=screen, samples=samples, again=again, engine=engine and engine.value, out=out,
        executor=executor, store=store, jobs=jobs,
    )  # fmt: skip
    print(json.dumps(found.record, indent=1, ensure_ascii=False) if as_json else found.text)


@app.command()
def calibrate(
    file: File,
    observations: Annotated[
        Path | None, typer.Argument(metavar="[OBSERVATIONS]", help="what was observed, in CSV")
    ] = None,
    *,
    fit: Annotated[
        list[str] | None,
        typer.Option(metavar="PATH[=LOW:HIGH]", help="a number to fit; repeatable; all with a range"),
    ] = None,
    points: Annotated[int | None, typer.Option(help="points that are run; 200 unless said")] = None,
    replications: Annotated[int | None, typer.Option(help="runs of each point; 2 unless said")] = None,
    seed: Seed = 1,
    cut: Annotated[
        float | None, typer.Option(help="implausibility beyond which a point is out; 3 unless said")
    ] = None,
    discrepancy: Annotated[
        float | None, typer.Option(help="share of what was observed that the model may be off; 0 unless said")
    ] = None,
    again: Again = False,
    engine: Which = None,
    changes: Set = None,
    out: Out = None,
    store: At = None,
    jobs: Jobs = None,
    executor: Executor = None,
    as_json: Json = False,
) -> None:
    """Fit numbers to what was observed, with a part held out. Hands over a set of values that fit."""
    from sim.cli.verbs import calibrate as fitted

    found = fitted(
        file, observations, fit=fit or (), changes=changes or (), points=points,
        replications=replications, seed=seed, cut=cut, discrepancy=discrepancy, again=again,
        engine=engine and engine.value, out=out, store=store, jobs=jobs, executor=executor,
    )  # fmt: skip
    print(json.dumps(found.record, indent=1, ensure_ascii=False) if as_json else found.text)


@app.command()
def require(
    file: File,
    *,
    move: Annotated[
        list[str] | None,
        typer.Option(metavar="PATH=FROM:TO:BY@COST", help="a capacity to move; repeatable"),
    ] = None,
    trade_off: Annotated[
        tuple[str, str] | None,
        typer.Option("--trade-off", metavar="PATH PATH", help="two of them, one for the other"),
    ] = None,
    replications: Annotated[
        str, typer.Option(metavar="N|auto", help="worlds of the confirmation")
    ] = "auto",
    seed: Seed = 1,
    central: Central = False,
    again: Again = False,
    engine: Which = None,
    changes: Set = None,
    out: Out = None,
    store: At = None,
    jobs: Jobs = None,
    executor: Executor = None,
    as_json: Json = False,
) -> None:
    """The least capacities with which the answer is achievable. No single one can be a step less."""
    from sim.cli.verbs import require as least
    from sim.study.require.answer import record
    from sim.study.require.words import words

    found = least(
        file, move or (), trade_off=trade_off, changes=changes or (),
        replications=_count(replications), seed=seed, central=central, again=again,
        engine=engine and engine.value, out=out, store=store, jobs=jobs, executor=executor,
    )  # fmt: skip
    text = f"{words(found)}\nFiles: {found.folder}"
    print(json.dumps(record(found), indent=1, ensure_ascii=False) if as_json else text)


@app.command()
def plot(folder: Folder) -> None:
    """Draw the figures of a finished run, without running again."""
    from sim.cli.verbs import plot as draw

    for path in draw(folder):
        print(path)


@app.command()
def report(folder: Folder) -> None:
    """Write the page of a finished run (not there yet)."""
    if not os.path.isdir(folder):
        raise Refused([Problem(str(folder), 0, "", "no such folder", "a folder that `sim run` left")])
    raise SimError(f"sim report does not exist yet; see verdict.txt and figures/ in {folder}")


@app.command()
def explain(
    word: Annotated[list[str], typer.Argument(metavar="WORD…", help="one or several words, or a path")],
    *,
    file: Annotated[
        Path | None, typer.Option("--in", metavar="FILE|DIR", help="a scenario or run folder whose names to know")
    ] = None,
    as_json: Json = False,
) -> None:
    """What a field, measure, column, outcome or name means. With unit, formula and source."""
    from sim.study.glossary import explain as entry

    found = entry(" ".join(word), file)
    print(json.dumps(found, indent=1, ensure_ascii=False) if as_json else "\n".join(_lines(found)))


def _lines(entries: list[dict[str, str]]) -> list[str]:
    lines = []
    for entry in entries:
        lines.append(f"{entry['word']} ({entry['kind']})")
        lines += [f"  {k}: {v}" for k, v in entry.items() if k not in ("word", "kind") and v]
    return lines


@app.command()
def schema() -> None:
    """The JSON Schema of a scenario, for editors."""
    from sim.scenario import schema as of_scenario

    print(json.dumps(of_scenario(), indent=1, ensure_ascii=False))


def main() -> NoReturn:
    """Runs a command; what a user can meet is a message and an exit code, never a traceback."""
    sys.excepthook = _unforeseen
    try:
        code = typer.main.get_command(app)(standalone_mode=False)
        sys.stdout.flush()
        if code == _INTERRUPTED:
            raise KeyboardInterrupt
    except SimError as error:
        _tell(str(error))
        code = error.exit_code
    except typer.TyperException as error:
        code = _misused(error)
    except (KeyboardInterrupt, typer.Abort):
        _tell("stopped; what was not finished has left nothing behind")
        _leave(FAILED)
    except BrokenPipeError:
        _leave(FAILED)
    sys.exit(code if isinstance(code, int) else 0)


def _misused(error: typer.TyperException) -> int:
    """Says what was wrong with the words of a command and how to see which there are."""
    context = getattr(error, "ctx", None)
    _tell(f"Error: {error.format_message()}")
    if context is not None:
        _tell(f"See '{context.command_path} --help'.")
    return REFUSED


def _tell(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def _leave(code: int) -> NoReturn:
    """Ends at once, without waiting for a thread that is inside a long computation."""
    if threading.active_count() == 1:
        sys.exit(code)
    os._exit(code)


def _unforeseen(kind: type[BaseException], error: BaseException, at: TracebackType | None) -> Any:
    """One line in place of a traceback, which SIM_DEBUG=1 brings back."""
    if os.environ.get("SIM_DEBUG"):
        sys.__excepthook__(kind, error, at)
        return
    line = str(error).split("\n")[0]
    _tell(f"internal error: {kind.__name__}: {line}; please report it (SIM_DEBUG=1 shows where)")
