"""The folder of one run: written whole or not at all, and answered from when it checks."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from sim.errors import Problem, Refused, quote
from sim.study.drafts import draft_of, remove_left, swap
from sim.study.sources import model

PROVENANCE = "provenance.json"
VERDICT = "verdict.json"
FIGURES = "figures"
LISTED = "README.txt"
"""In the folder of the figures; written when all of them are there."""
_UNCHECKED = {PROVENANCE}


def answers(folder: Path, digest: str) -> bool:
    """Whether a folder holds a whole and unchanged run of this digest, by the sources that are here."""
    told = provenance(folder)
    files = told.get("files")
    if told.get("digest") != digest or told.get("sources") != model() or not isinstance(files, dict):
        return False
    return all((folder / name).is_file() and _checksum(folder / name) == files[name] for name in files)


def provenance(folder: Path) -> dict[str, object]:
    """What the folder says of itself; empty when it is no run folder."""
    try:
        told = json.loads((folder / PROVENANCE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def sealed(folder: Path) -> dict[str, object]:
    """What a provenance ends with, when the other files are there: of which sources they are, and as what."""
    return {"sources": model(), "files": checksums(folder)}


def complete(folder: Path, draw: Callable[[Path], object] | None) -> None:
    """Does what a process that was killed has left undone beside a finished folder.

    Its figures are drawn, unless they are there to the last, and hidden folders of others are removed.
    """
    _remove_left(folder)
    listed = folder / FIGURES / LISTED
    if draw is not None and not (listed.is_file() and listed.stat().st_size):
        draw(folder)


def checksums(folder: Path) -> dict[str, str]:
    """SHA-256 by file name, figures left out (they can be drawn again from the rest).

    That of the verdict is taken without its `engine`, since both engines give the same answer.
    """
    names = sorted(p.name for p in folder.iterdir() if p.is_file() and p.name not in _UNCHECKED)
    return {name: _checksum(folder / name) for name in names}


def _checksum(path: Path) -> str:
    if path.name == VERDICT:
        return sha256(_without_engine(path.read_bytes())).hexdigest()
    sha = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            sha.update(block)
    return sha.hexdigest()


def _without_engine(content: bytes) -> bytes:
    return b"\n".join(x for x in content.split(b"\n") if not x.lstrip().startswith(b'"engine":'))


def claim(folder: Path, digest: str, again: bool) -> None:
    """Refuses a place that may not be written to or that holds something else.

    What runs of the same folder that were killed have left beside it is removed.

    Raises Refused if the folder holds files that are no run, or another run and not `again`.
    """
    _remove_left(folder)
    try:
        if not folder.exists():
            return
    except OSError as error:
        raise _unwritable(folder, error) from error
    if not folder.is_dir():
        raise _refused(folder, "a file", "a folder, or a name not yet taken")
    told = provenance(folder)
    if not told and any(folder.iterdir()):
        raise _refused(folder, "a folder with other files in it", "an empty or new folder")
    if others := _others(folder, told) if told else []:
        raise _refused(folder, f"other files beside a run ({others[0]})", "them put elsewhere first")
    if told and told.get("digest") != digest and not again:
        wanted = "a new folder, or --again to replace that run"
        raise _refused(folder, "a folder that holds another run", wanted)


def _remove_left(folder: Path) -> None:
    whole = Path(os.path.abspath(folder))
    remove_left(whole.parent, whole.name)


def _others(folder: Path, told: dict[str, object]) -> list[str]:
    """What is in a run folder that no run wrote, and would be lost with it."""
    files = told.get("files")
    ours = {PROVENANCE, FIGURES, *(files if isinstance(files, dict) else ())}
    return sorted(path.name for path in folder.iterdir() if path.name not in ours)


def _refused(folder: Path, found: str, wanted: str) -> Refused:
    return Refused([Problem(quote(folder), 0, "--out", found, wanted)])


def _unwritable(folder: Path, error: OSError) -> Refused:
    reason = error.strerror or str(error)
    return _refused(folder, f"a place that cannot be written to ({reason})", "another folder")


@contextmanager
def written_whole(
    folder: Path, draw: Callable[[Path], object] | None = None
) -> Iterator[Path]:
    """A new folder beside the final one, which takes its name when the block ends well.

    What `draw` draws is drawn there after, so that a figure that fails leaves what it is of.

    Raises Refused if the place cannot be written to.
    """
    folder = Path(os.path.abspath(folder))
    made: list[Path] = []
    with ExitStack() as held:
        try:
            _make_parents(folder.parent, made)
            draft = held.enter_context(draft_of(folder))
        except OSError as error:
            _clear(made)
            raise _unwritable(folder, error) from error
        try:
            yield draft
            swap(draft, folder)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            _clear(made)
            raise
    if draw is not None:
        draw(folder)


def _make_parents(folder: Path, made: list[Path]) -> None:
    missing = [p for p in (folder, *folder.parents) if not p.exists()]
    for parent in reversed(missing):
        parent.mkdir(exist_ok=True)
        made.append(parent)


def _clear(made: list[Path]) -> None:
    """Removes folders made for nothing, as far as they are empty."""
    for folder in reversed(made):
        with suppress(OSError):
            folder.rmdir()
