"""Files that nobody writes by mistake: refused with a message, quickly and without a traceback."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.errors import Refused
from sim.scenario import read

GOOD = (Path(__file__).parent / "small.yaml").read_text()


def refusal(path: Path | str, *sets: str) -> str:
    with pytest.raises(Refused) as refused:
        read(path, sets)
    return str(refused.value)


def written(folder: Path, content: str | bytes) -> Path:
    file = folder / "x.yaml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "an empty file"),
        ("# only a remark\n", "an empty file"),
        ("---\n...\n", "an empty file"),
        (b"\x00\x01\x02\xff\xfe" * 100, "a binary file"),
        (b"title: \xff\xfe\n", "x.yaml:1: found a byte that is no UTF-8 (0xff)"),
        ("title: a\nstart: é\n".encode("latin-1"), "x.yaml:2: found a byte that is no UTF-8 (0xe9)"),
        ("title: a\n".encode("utf-16"), "text in UTF-16"),
        ('title: "a\\e[31mb"\n', r"title: found the control character '\x1b'"),
        ('title: "a\\ud800b"\n', r"title: found the control character '\ud800'"),
        ('extends: "a\\0b.yaml"\n', r"extends: found the control character '\x00'"),
        ("pools:\n\tbeds: 3\n", "x.yaml:2: found a tab where YAML allows none; wanted spaces"),
        ("a: &a {b: 1}\nc: {<<: *a}\n", "x.yaml:2: c: found the merge key '<<'"),
        ("title: a\0b\n", "a binary file"),
        ("title: a\x07b\n", "broken YAML"),
        ("- a\n- b\n", "a list"),
        ("just words\n", "'just words'"),
        ("title: [\n", "broken YAML"),
        ("a: b: c\n", "broken YAML"),
        ("\ta: b\n", "a tab where YAML allows none"),
        ("a: *b\n", "an alias '*b' of nothing"),
        ("a: &b [*b]\n", "an alias '*b' of itself"),
        ("a: 1\n---\nb: 2\n", "a second document"),
        ("[a, b]: 1\ntitle: x\n", "a key that is a list or mapping"),
        ("%YAML 9.9\n---\na: 1\n", ""),
        ("a: " + "[" * 100 + "]" * 100 + "\n", "nesting deeper than 60"),
        ("a: " + "{b: " * 5000 + "1" + "}" * 5000 + "\n", "nesting deeper than 60"),
        ("\n".join("  " * i + "a:" for i in range(300)) + "\n", "nesting deeper than 60"),
        ("".join(f"k{i}: 1\n" for i in range(450_000)), "more than 100,000 keys"),
        ("a: " + "x" * 5_100_000, "5,100,003 bytes"),
    ],
)
def test_content(tmp_path: Path, content: str | bytes, message: str) -> None:
    said = refusal(written(tmp_path, content))
    assert message in said
    assert "wanted" in said


@pytest.mark.slow
def test_a_million_keys(tmp_path: Path) -> None:
    content = "".join(f"{i}:\n" for i in range(1_000_000))
    assert "wanted at most" in refusal(written(tmp_path, content))


@pytest.mark.slow
def test_many_keys_on_one_line(tmp_path: Path) -> None:
    content = "{" + ",".join(f"k{i}" for i in range(300_000)) + "}"
    assert "more than 100,000 keys" in refusal(written(tmp_path, content))


@pytest.mark.slow
def test_anchors_that_expand_without_end(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 40)]
    assert "anchors expanded" in refusal(written(tmp_path, "\n".join(lines) + "\n"))


def test_anchors_that_nest_without_end(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x]"] + [f"a{i}: &a{i} [*a{i - 1}]" for i in range(1, 100)]
    assert "nesting deeper" in refusal(written(tmp_path, "\n".join(lines) + "\n"))


def test_extends_in_a_circle(tmp_path: Path) -> None:
    for here, there in (("a", "b"), ("b", "c"), ("c", "a")):
        (tmp_path / f"{here}.yaml").write_text(f"title: x\nextends: {there}.yaml\n")
    said = refusal(tmp_path / "a.yaml")
    assert "c.yaml:2: extends: found a circle" in said
    assert said.count("a.yaml") == 2


def test_a_missing_file_and_a_directory(tmp_path: Path) -> None:
    assert "no such file" in refusal(tmp_path / "no.yaml")
    assert "no such file" in refusal(written(tmp_path, "") / "inside.yaml")
    assert "a directory" in refusal(tmp_path)
    assert "an unreadable file" in refusal(str(tmp_path / ("x" * 300)))


def test_a_link_to_itself(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").symlink_to(tmp_path / "x.yaml")
    assert "an unreadable file" in refusal(tmp_path / "x.yaml")
    (tmp_path / "y.yaml").write_text("title: y\nextends: x.yaml\n")
    assert "y.yaml:2: extends: found an unreadable file" in refusal(tmp_path / "y.yaml")


def test_a_path_that_no_file_can_have() -> None:
    assert "an unreadable file" in refusal("a\0b.yaml")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "not a regular file" in refusal(tmp_path / "pipe")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("stations.desk.servers=1e400", "found '1e400'"),
        ("stations.desk.servers=1e999999999999", "found '1e999999999999'"),
        ("stations.desk.servers=" + "9" * 5000, "no greater than 10^15"),
        ("stations.desk.servers=.nan", "found '.nan'"),
        ("stations.desk.servers=NaN", "found 'NaN'"),
        ("stations.desk.servers=-.inf", "found '-.inf'"),
        ("stations.desk.servers=0x10", "found '0x10'"),
        ("stations.desk.servers=1,000", "found '1,000'"),
        ("stations.desk.servers=", "found ''"),
        ("stations.desk.servers=[1", "stations.desk.servers: found '[1'"),
        ("steps.served.next=be\u200bd", r"found 'be\u200bd'"),
        ("steps.served.work=5 minuets", "the nearest unit is 'minutes'"),
        ("streams.people.rate=3/dayy", "the nearest unit is 'days'"),
        ("streams.people.rate={2025-02-01: 4/day}", "nothing before 2025-02-01; wanted"),
        ("streams.people.rate=-1/hour", "at least 0"),
        ("streams.people.rate=1/fortnight", "a rate with a unit"),
        ("steps.served.work=1e-400 hours", "no closer to 0 than 10^-30"),
        ("steps.served.work=1e30 hours", "no greater than 10^15"),
        ("start=2025-02-30", "a date that exists"),
        ("start=2025-1-1", "a date that exists"),
        ("start=0000-00-00", "a date that exists"),
        ("end=9999-12-31", "at most 36,525 days"),
        ("stations.desk.severs=3", "nearest is 'stations.desk.servers'"),
        ("statoins.desk.severs=3", "nearest is 'stations.desk.servers'"),
        ("desk.servers=3", "nearest is 'stations.desk.servers'"),
        ("pools.desk.servers=3", "nearest is 'stations.desk.servers'"),
        ("stations.judges.servers=3", "a path that exists; 'stations' has desk and night"),
        ("stations.desk.wobble=3", "a path that exists; 'stations.desk' has servers, calendar, hiring and at_end"),
        ("steps.nobody.work=3", "a path that exists; 'steps' has 24 keys, none of them like it"),
        ("measures.x=3", "a path that exists; 'measures' has held and begun"),
        ("steps.late.exit.x=3", "a path that exists, and 'steps.late.exit' has nothing in it"),
        ("nothing", "a path and a value"),
        ("=3", "a path and a value"),
        (".=3", "no such path"),
        ("..a..=3", "no such path"),
        ("steps.served.next.deeper=3", "no such path"),
    ],
)
def test_values(change: str, message: str) -> None:
    said = refusal(Path(__file__).parent / "small.yaml", change)
    assert message in said
    assert said.startswith("--set: ")
    assert len(said) < 400


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, len(GOOD)), st.integers(0, 40), st.text(max_size=12))
def test_any_damage_is_refused_or_read(tmp_path: Path, at: int, length: int, new: str) -> None:
    damaged = GOOD[:at] + new + GOOD[at + length :]
    with suppress(Refused):
        read(written(tmp_path, damaged.encode("utf-8", "surrogatepass")))
