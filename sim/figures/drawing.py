"""A figure with its data, its words and its files."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

import pandas as pd
from matplotlib.figure import Figure

DOTS = 200


class Drawing(NamedTuple):
    """One figure. `text` says to who cannot see it what it shows, without the title."""

    name: str
    title: str
    text: str
    data: pd.DataFrame
    figure: Figure


class Skipped(NamedTuple):
    """A figure that this run gives nothing to draw."""

    name: str
    why: str


def keep(drawing: Drawing, folder: Path) -> list[Path]:
    """Writes the figure as PNG and SVG, its data as CSV, its words as text.

    The same run gives the same bytes: no date and no name of a program goes into a file.
    """
    contents = {
        "png": png(drawing),
        "svg": svg(drawing),
        "csv": drawing.data.to_csv(index=False, lineterminator="\n", float_format="%.6g").encode(),
        "txt": f"{drawing.title}\n\n{drawing.text}\n".encode(),
    }
    paths = [folder / f"{drawing.name}.{kind}" for kind in contents]
    for path, content in zip(paths, contents.values(), strict=True):
        path.write_bytes(content)
    return paths


def png(drawing: Drawing) -> bytes:
    """The picture in dots, with title and text inside."""
    about = {"Title": drawing.title, "Description": drawing.text, "Software": None}
    return _saved(drawing.figure, "png", about)


def svg(drawing: Drawing) -> bytes:
    """The picture in lines, with the title and text that screen readers look for."""
    about = {"Date": None, "Creator": None, "Format": None, "Type": None}
    picture = _saved(drawing.figure, "svg", about).decode()
    start = picture.index("<svg ")
    end = picture.index(">", start)
    opening = f'{picture[start:end]} role="img" aria-labelledby="title desc">'
    title = f'<title id="title">{escape(drawing.title)}</title>'
    words = f'<desc id="desc">{escape(drawing.text)}</desc>'
    whole = f"{picture[:start]}{opening}\n {title}\n {words}{picture[end + 1 :]}"
    return "\n".join(line.rstrip() for line in whole.splitlines()).encode() + b"\n"


def _saved(figure: Figure, kind: str, about: Mapping[str, str | None]) -> bytes:
    buffer = BytesIO()
    figure.savefig(buffer, format=kind, dpi=DOTS, metadata=dict(about))
    return buffer.getvalue()
