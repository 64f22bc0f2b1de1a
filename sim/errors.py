"""Every error a user can meet, worded as where it is, what was found, what was wanted."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches

REFUSED = 2
FAILED = 1
_LONGEST = 80
_NEAR = 0.65
"""Of two words, twice what they share over the length of both; judges and desk have 0.6."""
MOST_LISTED = 12


@dataclass(frozen=True)
class Problem:
    """One mistake in what a user wrote. `line` 0 is for what has no line: a whole file, `--set`."""

    file: str
    line: int
    path: str
    found: str
    wanted: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        where = f"{place}: {self.path}" if self.path else place
        return f"{where}: found {self.found}; wanted {self.wanted}"


class SimError(Exception):
    """Base of all that ends a command with a message and no traceback."""

    exit_code = FAILED


class Refused(SimError):  # noqa: N818  # what happened to the file, not a kind of failure
    """A bad file or a bad use of a command, with every problem that could be seen at once."""

    exit_code = REFUSED

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[Refused], tuple[tuple[Problem, ...]]]:
        """Problems travel between processes as they are."""
        return type(self), (self.problems,)


@contextmanager
def told() -> Iterator[None]:
    """What goes wrong inside ends the program with its message and exit code, without a traceback."""
    try:
        yield
    except SimError as error:
        print(error, file=sys.stderr, flush=True)
        raise SystemExit(error.exit_code) from None


def quote(value: object) -> str:
    """A value as a message shows it: quoted, on one line, cut when long."""
    text = str(value)
    short = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return "'" + "".join(map(visible, short)) + "'"


def visible(sign: str) -> str:
    """A sign as it is; written out where it would not be seen, or would act on a terminal."""
    return sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii")


def listing(names: Iterable[str], last: str = "or") -> str:
    """`a, b or c`, of at most twelve names."""
    words = list(names)
    if len(words) > MOST_LISTED:
        words = [*words[: MOST_LISTED - 1], f"{len(words) - MOST_LISTED + 1} others"]
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def nearest(word: str, names: Iterable[str]) -> str | None:
    """The name most like a misspelt word, or None if none is like it."""
    choice = list(names)
    found = get_close_matches(word, choice, n=1, cutoff=_NEAR)
    lower = {name.lower(): name for name in choice}
    return found[0] if found else lower.get(word.lower())


_NEAREST = "the nearest is "


def suggested(problem: Problem) -> str | None:
    """The name that a problem proposes in place of a misspelt one."""
    _, there, name = problem.wanted.partition(_NEAREST)
    return name.strip("'") if there else None


def one_of(word: str, names: Sequence[str], kind: str) -> str:
    """What to write in place of an unknown word: the nearest name, else all of them."""
    return offer(nearest(word, names), names, kind)


def offer(near: str | None, names: Sequence[str], kind: str) -> str:
    """What to write instead: the near name, if there is one, else all that there are, if they are few."""
    if near is not None:
        return f"{kind}; {_NEAREST}{quote(near)}"
    if len(names) > MOST_LISTED:
        return f"{kind}, of which there are {len(names)}, none of them like it"
    return f"{kind}: {listing(names)}" if names else f"{kind}, and there is none"
