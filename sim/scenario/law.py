"""Laws of chance as they are written: by a kind and the parameters that pin it down."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from sim.errors import listing, nearest, one_of, quote
from sim.scenario.quantity import Quantity, Sort, Told, check_about, is_full, quantity, shown
from sim.scenario.tree import ABOUT, Items, Map, Node, Place, Text
from sim.scenario.units import amount

PARAMETERS: dict[str, tuple[frozenset[str], ...]] = {
    "constant": (frozenset({"value"}),),
    "exponential": (frozenset({"mean"}),),
    "normal": (frozenset({"mean", "sd"}),),
    "lognormal": (
        frozenset({"mean", "median"}),
        frozenset({"mean", "cv"}),
        frozenset({"median", "sigma"}),
    ),
    "weibull": (frozenset({"shape", "scale"}), frozenset({"shape", "mean"})),
    "uniform": (frozenset({"low", "high"}),),
    "triangular": (frozenset({"low", "mode", "high"}),),
    "erlang": (frozenset({"k", "mean"}),),
    "gamma": (
        frozenset({"mean", "cv"}),
        frozenset({"shape", "mean"}),
        frozenset({"shape", "scale"}),
    ),
    "beta": (frozenset({"a", "b", "low", "high"}),),
}
TABLES = ("quantiles", "values", "scipy")
KINDS = (*PARAMETERS, *TABLES)
_SINGLE = {"constant": "value", "exponential": "mean"}
_PURE = frozenset({"cv", "sigma", "shape", "k", "a", "b"})
ORDER: dict[str, tuple[tuple[str, str], ...]] = {
    "lognormal": (("median", "mean"),),
    "uniform": (("low", "high"),),
    "beta": (("low", "high"),),
    "triangular": (("low", "high"),),
}
"""Parameters of which the first lies below the second."""


@dataclass(frozen=True)
class Law:
    """A law as written: its parameters by name, or its table of (probability, value).

    The probability is None in a list of observed values. `scipy` is the name of a law there.
    """

    path: str
    place: Place
    kind: str
    given: dict[str, Quantity]
    table: tuple[tuple[Fraction | None, Quantity], ...] = ()
    scipy: str | None = None


def law(node: Node, sort: Sort, told: Told) -> Law | None:
    """The law written at `node`, of values measured as `sort`, or None with the reason told."""
    if not isinstance(node, Map) or is_full(node):
        structural = isinstance(node, Text) and node == "1" and sort is not Sort.TIME
        value = quantity(node, sort, told, structural=structural, wanted=_wanted(sort))
        return None if value is None else Law(node.path, node.place, "constant", {"value": value})
    check_about(node, told)
    kinds = [key for key in node if key not in (*ABOUT, "description")]
    if len(kinds) != 1 or kinds[0] not in KINDS:
        _no_kind(node, kinds, sort, told)
        return None
    return _of_kind(node[kinds[0]], kinds[0], sort, told)


def _wanted(sort: Sort) -> str:
    example = "2 hours" if sort is Sort.TIME else "3"
    return f"{sort.value}, or a law such as {{exponential: {{mean: {example}}}}}"


def _no_kind(node: Map, kinds: list[str], sort: Sort, told: Told) -> None:
    unknown = [key for key in kinds if key not in KINDS]
    if unknown and nearest(unknown[0], KINDS):
        place = node.keys_at[unknown[0]]
        wanted = one_of(unknown[0], KINDS, "a law")
        told.no(node, f"the law {quote(unknown[0])}", wanted, place=place)
    elif unknown:
        told.no(node, shown(node), f"{_wanted(sort)}; the laws are {listing(KINDS, 'and')}")
    else:
        told.no(node, shown(node), "one law")


def _of_kind(node: Node, kind: str, sort: Sort, told: Told) -> Law | None:
    if kind == "quantiles":
        return _quantiles(node, sort, told)
    if kind == "values":
        return _values(node, sort, told)
    if kind == "scipy":
        return _scipy(node, sort, told)
    if kind in _SINGLE and (isinstance(node, Text) or is_full(node)):
        one = _parameter(node, _SINGLE[kind], sort, told)
        return None if one is None else Law(node.path, node.place, kind, {_SINGLE[kind]: one})
    if not isinstance(node, Map):
        told.no(node, shown(node), _sets(kind))
        return None
    return _parametric(node, kind, sort, told)


def _sets(kind: str) -> str:
    sets = [f"{{{', '.join(sorted(s))}}}" for s in PARAMETERS[kind]]
    return f"the parameters of {kind}: {listing(sets)}"


def _parametric(node: Map, kind: str, sort: Sort, told: Told) -> Law | None:
    check_about(node, told)
    keys = [key for key in node if key not in (*ABOUT, "description")]
    if frozenset(keys) not in PARAMETERS[kind]:
        known = sorted(set().union(*PARAMETERS[kind]))
        unknown = next((key for key in keys if key not in known), None)
        if unknown is not None:
            wanted = one_of(unknown, known, f"a parameter of {kind}")
            place, path = node.keys_at[unknown], f"{node.path}.{unknown}"
            told.no(node, f"the unknown key {quote(unknown)}", wanted, path, place)
        else:
            told.no(node, shown(node), _sets(kind))
        return None
    given = {key: _parameter(node[key], key, sort, told) for key in keys}
    good = {key: value for key, value in given.items() if value is not None}
    if len(good) < len(given) or not _ordered(node, kind, good, told):
        return None
    return Law(node.path, node.place, kind, good)


def _parameter(node: Node, name: str, sort: Sort, told: Told) -> Quantity | None:
    if name in _PURE:
        found = quantity(node, Sort.NUMBER, told, above=Fraction(0), structural=name == "k")
        if name == "k" and found is not None and found.value.denominator != 1:
            told.no(node, quote(node), "a whole number of stages, such as 3")
            return None
        return found
    zero = Fraction(0)
    if name in ("low", "value", "mode", "high"):
        return quantity(node, sort, told, least=zero)
    own = Sort.NUMBER if sort is Sort.COUNT else sort
    return quantity(node, own, told, above=zero) if name != "sd" else quantity(node, own, told)


def _ordered(node: Map, kind: str, given: dict[str, Quantity], told: Told) -> bool:
    """Whether parameters that bound each other are in their order."""
    if kind == "triangular":
        low, mode, high = (given[name] for name in ("low", "mode", "high"))
        if not (
            _most(low) <= _least(mode) and _most(mode) <= _least(high) and _most(low) < _least(high)
        ):
            told.no(node, "low, mode and high out of order", "low <= mode <= high, low < high")
            return False
        return True
    small, large = next(iter(ORDER.get(kind, ())), ("", ""))
    if small not in given or large not in given:
        return True
    if _most(given[small]) >= _least(given[large]):
        found = f"{small} {_written(node[small])} and {large} {_written(node[large])}"
        told.no(node, found, f"a {small} below the {large}, over the whole of their ranges")
        return False
    return True


def _most(q: Quantity) -> Fraction:
    return q.exact if q.range is None else q.in_unit(q.range[1])


def _least(q: Quantity) -> Fraction:
    return q.exact if q.range is None else q.in_unit(q.range[0])


def _written(node: Node) -> str:
    value = node.get("value") if isinstance(node, Map) else node
    range_ = node.get("range") if isinstance(node, Map) else None
    around = f" ({' to '.join(map(str, range_))})" if isinstance(range_, Items) else ""
    return f"{quote(value)}{around}"


def _quantiles(node: Node, sort: Sort, told: Told) -> Law | None:
    want = "values by probability from 0 to 1, such as {0: 1 hour, 0.5: 2 hours, 1: 9 hours}"
    if not isinstance(node, Map):
        told.no(node, shown(node), want)
        return None
    check_about(node, told)
    table: list[tuple[Fraction, Quantity]] = []
    good = True
    for key, piece in node.items():
        if key in (*ABOUT, "description"):
            continue
        probability = amount(key)
        value = quantity(piece, Sort.NUMBER if sort is Sort.COUNT else sort, told)
        if probability is None or probability.unit:
            told.no(piece, quote(key), "a probability from 0 to 1", place=node.keys_at[key])
        if probability is None or probability.unit or value is None:
            good = False
            continue
        table.append((probability.number, value))
    return _rising(node, table, want, told) if good else None


def _rising(node: Map, table: list[tuple[Fraction, Quantity]], want: str, told: Told) -> Law | None:
    table.sort(key=lambda knot: knot[0])
    ends = [p for p, _ in table]
    values = [value.exact for _, value in table]
    if len(ends) < 2 or ends[0] != 0 or ends[-1] != 1 or len(set(ends)) < len(ends):
        told.no(node, "probabilities " + listing([f"{float(p):g}" for p in ends], "and"), want)
        return None
    if values != sorted(values) or values[0] == values[-1]:
        told.no(node, "values that do not rise", "values that rise with the probability")
        return None
    return Law(node.path, node.place, "quantiles", {}, tuple(table))


def _values(node: Node, sort: Sort, told: Told) -> Law | None:
    inner: Node | None = node.get("of") if isinstance(node, Map) else node
    if not isinstance(inner, Items) or not inner:
        told.no(node, shown(node), "a list of observed values, such as [1 hour, 3 hours]")
        return None
    found = [quantity(piece, sort, told) for piece in inner]
    good = [(None, value) for value in found if value is not None]
    if len(good) < len(found):
        return None
    return Law(node.path, node.place, "values", {}, tuple(good))


def _scipy(node: Node, sort: Sort, told: Told) -> Law | None:
    name = node.get("law") if isinstance(node, Map) else None
    if not isinstance(node, Map) or not isinstance(name, Text) or not name.isidentifier():
        wanted = "a law of scipy.stats, such as {law: invgauss, mu: 2, scale: 1 hour}"
        told.no(node, shown(node), wanted)
        return None
    check_about(node, told)
    keys = [key for key in node if key not in (*ABOUT, "description", "law")]
    given = {
        key: quantity(node[key], sort if key in ("loc", "scale") else Sort.NUMBER, told)
        for key in keys
    }
    good = {key: value for key, value in given.items() if value is not None}
    if len(good) < len(given):
        return None
    if sort is Sort.TIME and "scale" not in good:
        told.no(node, f"{quote(name)} without a scale", "the time that its unit is, such as scale: 1 hour")
        return None
    return Law(node.path, node.place, "scipy", good, scipy=str(name))
