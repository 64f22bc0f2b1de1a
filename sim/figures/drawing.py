"""A figure with its data, its words and its files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

import pandas as pd
from matplotlib.figure import Figure

from sim.errors import Problem, Refused
from sim.figures import look
from sim.verdict.phrases import MADE_UP

DOTS = 200
_PACKED = 3
"""Of nine; the usual 6 takes half as long again to draw, for files an eighth smaller."""


class Drawing(NamedTuple):
    """One figure. `text` says to who cannot see it what it shows, without the title."""

    name: str
    title: str
    text: str
    data: pd.DataFrame
    figure: Figure

    @property
    def words(self) -> str:
        """The text; with word of numbers that are made up, where the foot of the page has it."""
        feet = " ".join(text.get_text() for text in self.figure.texts).replace("\n", " ")
        return f"{self.text} {MADE_UP}" if MADE_UP in feet else self.text


class Skipped(NamedTuple):
    """A figure that this run gives nothing to draw."""

    name: str
    why: str


def fill(folder: Path, draw: Callable[[Path], list[Drawing | Skipped]]) -> list[Path]:
    """Writes what `draw` makes of a folder into its `figures`; the paths, with that of the list last.

    Raises: Refused, where a file is missing or is not as the program writes it.
    """
    with look.applied():
        try:
            drawn = draw(folder)
        except (OSError, KeyError, ValueError) as error:
            found = f"files that cannot be read ({type(error).__name__}: {error})"
            raise Refused([Problem(str(folder), 0, "", found, "a folder as `sim` left it")]) from error
        out = folder / "figures"
        out.mkdir(exist_ok=True)
        paths = [path for one in drawn if isinstance(one, Drawing) for path in keep(one, out)]
    listed = out / "README.txt"
    listed.write_text(_contents(drawn), encoding="utf-8")
    return [*paths, listed]


def _contents(drawn: list[Drawing | Skipped]) -> str:
    lines = ["Each figure as .png and .svg, its data as .csv, its words as .txt.", ""]
    for one in drawn:
        said = one.title if isinstance(one, Drawing) else f"not drawn: {one.why}"
        lines.append(f"{one.name}: {said}")
    return "\n".join([*lines, ""])


def keep(drawing: Drawing, folder: Path) -> list[Path]:
    """Writes the figure as PNG and SVG, its data as CSV, its words as text.

    The same run gives the same bytes: no date and no name of a program goes into a file.
    """
    contents = {
        "png": png(drawing),
        "svg": svg(drawing),
        "csv": drawing.data.to_csv(index=False, lineterminator="\n", float_format="%.6g").encode(),
        "txt": f"{drawing.title}\n\n{drawing.words}\n".encode(),
    }
    paths = [folder / f"{drawing.name}.{kind}" for kind in contents]
    for path, content in zip(paths, contents.values(), strict=True):
        path.write_bytes(content)
    return paths


def png(drawing: Drawing) -> bytes:
    """The picture in dots, with title and text inside."""
    about = {"Title": drawing.title, "Description": drawing.words, "Software": None}
    return _saved(drawing.figure, "png", about)


def svg(drawing: Drawing) -> bytes:
    """The picture in lines, with the title and text that screen readers look for."""
    about = {"Date": None, "Creator": None, "Format": None, "Type": None}
    picture = _saved(drawing.figure, "svg", about).decode()
    start = picture.index("<svg ")
    end = picture.index(">", start)
    opening = f'{picture[start:end]} role="img" aria-labelledby="title desc">'
    title = f'<title id="title">{escape(drawing.title)}</title>'
    words = f'<desc id="desc">{escape(drawing.words)}</desc>'
    whole = f"{picture[:start]}{opening}\n {title}\n {words}{picture[end + 1 :]}"
    return "\n".join(line.rstrip() for line in whole.splitlines()).encode() + b"\n"


def _saved(figure: Figure, kind: str, about: Mapping[str, str | None]) -> bytes:
    buffer = BytesIO()
    less: dict[str, Any] = {"pil_kwargs": {"compress_level": _PACKED}} if kind == "png" else {}
    figure.savefig(buffer, format=kind, dpi=DOTS, metadata=dict(about), **less)
    return buffer.getvalue()
