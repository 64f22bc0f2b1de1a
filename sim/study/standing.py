"""Where those who are still inside stand as a traced run ends, in Markdown: an initial stock for what follows.

`python -m sim.study.standing DIR --group NAME=PATTERN …` reads a folder of `sim run --trace`. A group is the streams
that a pattern with * matches; without one, each stream is its own. Counts are means over the runs of the folder.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from os.path import isfile
from pathlib import Path

import pandas as pd

from sim.errors import Problem, Refused, told
from sim.network.model import DAY, Op
from sim.scenario import read
from sim.study.building import model_of
from sim.study.finished import SCENARIO
from sim.study.trace import TRACE


def standing(visits: pd.DataFrame, end: int, held: Sequence[str], groups: Mapping[str, str]) -> pd.DataFrame:
    """Group, step, count a run, mean [days] and cv of the time there, mean [days] and cv of the time inside.

    `visits` are rows of a trace, `end` is the end of the run [us]. Somebody who holds what was seized at one of the
    steps `held` stands at a later step, and is counted there alone.
    """
    runs = len(visits[["world", "replication"]].drop_duplicates())
    mine = visits.assign(group=visits["stream"].map({s: _group(s, groups) for s in visits["stream"].unique()}))
    mine = mine[mine["group"] != ""]
    came = mine.groupby(["world", "replication", "entity"])["arrived"].transform("min")
    mine = mine.assign(inside=(end - came) / DAY, there=(end - mine["arrived"]) / DAY)
    passed = mine["step"].isin(held) & mine["started"].notna()
    places = mine[mine["finished"].isna() & ~passed].groupby(["group", "step"])
    found = pd.DataFrame({"count": places.size() / runs})
    for name in ("there", "inside"):
        mean = places[name].mean()
        found[name], found[f"{name}_cv"] = mean, places[name].std() / mean
    return found.reset_index()


def _group(stream: str, groups: Mapping[str, str]) -> str:
    """The first group whose pattern fits, or none; without groups the stream itself."""
    return next((g for g, of in groups.items() if fnmatchcase(stream, of)), "" if groups else stream)


def markdown(found: pd.DataFrame) -> str:
    """The table."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: pd.DataFrame) -> Iterator[str]:
    yield "| | at | people | days there | cv | days inside | cv |"
    yield "|---|---|--:|--:|--:|--:|--:|"
    for row in found.to_dict("records"):
        yield (
            f"| {row['group']} | {row['step']} | {row['count']:,.1f} | {row['there']:.2f} | "
            f"{row['there_cv']:.2f} | {row['inside']:.2f} | {row['inside_cv']:.2f} |"
        )


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the table; raises SimError for what goes wrong."""
    parser = argparse.ArgumentParser(description="Where those still inside stand as a traced run ends.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--group", action="append", default=[], metavar="NAME=PATTERN")
    given = parser.parse_args(arguments)
    if not isfile(given.folder / TRACE):
        raise Refused([Problem(str(given.folder), 0, "", f"no {TRACE}", "a folder of sim run --trace")])
    wrong = [group for group in given.group if "=" not in group]
    if wrong:
        raise Refused([Problem("", 0, "--group", group, "NAME=PATTERN") for group in wrong])
    model = model_of(read(given.folder / SCENARIO))
    held = [step.name for step in model.steps if step.op is Op.SEIZE]
    visits = pd.read_parquet(given.folder / TRACE)
    groups = dict(group.split("=", 1) for group in given.group)
    print(markdown(standing(visits, model.horizon, held, groups)), end="")


if __name__ == "__main__":
    with told():
        main()
