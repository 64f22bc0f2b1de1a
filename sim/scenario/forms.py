"""One written form for what may be written in several, before files are merged."""

from __future__ import annotations

from sim.errors import nearest
from sim.scenario.fields import INNER_KEYS
from sim.scenario.law import KINDS as LAWS
from sim.scenario.quantity import FULL, is_full
from sim.scenario.steps import KINDS, kind_of
from sim.scenario.tree import ABOUT, Items, Map, Node, Text, copy, items
from sim.scenario.units import amount


def settle(tree: Map) -> None:
    """Moves options written inside a step's own mapping beside its kind."""
    steps = tree.get("steps")
    if isinstance(steps, Map):
        for step in steps.values():
            if isinstance(step, Map):
                _flatten(step)
    costs = tree.get("costs")
    if isinstance(costs, Map):
        for cost in costs.values():
            if isinstance(cost, Map):
                _full_cost(cost)


def _flatten(step: Map) -> None:
    kinds = [kind for kind in KINDS if kind in step and isinstance(step[kind], Map)]
    for kind in kinds:
        inner = step[kind]
        if kind in ("branch", "set") or not isinstance(inner, Map):
            continue
        _lift(step, kind, inner)
    if "any_of" in step:
        _join(step)


def _lift(step: Map, kind: str, inner: Map) -> None:
    """Options of `inner` go beside the kind; the object it names becomes the kind's value."""
    names = INNER_KEYS.get(kind, ())
    named = next((key for key in names if key in inner), None)
    if named is None and not any(nearest(key, names) for key in inner):
        return
    options = {field.alias or name for name, field in KINDS[kind].model_fields.items()}
    for key, value in list(inner.items()):
        if key == named:
            step[kind] = value
        elif key not in step and (named is not None or key in options):
            step.put(key, value, inner.keys_at[key])
            inner.drop(key)


def _join(step: Map) -> None:
    """The pools of `any_of` follow those named by the kind, each once."""
    kind = "release" if "release" in step and "seize" not in step else "seize"
    more, place = step["any_of"], step.keys_at["any_of"]
    first = step.get(kind)
    if isinstance(more, Items) and isinstance(first, Text) and not first.null:
        more = items([first, *(one for one in more if one != first)], more.place)
    step.drop("any_of")
    step.put(kind, more, step.keys_at.get(kind, place))


def _full_cost(cost: Map) -> None:
    """`value`, `range` and `unit` of a cost become one number in full."""
    value = cost.get("value")
    extra = [key for key in ("range", "unit") if key in cost]
    if value is None or not extra or isinstance(value, Items):
        return
    made = full(value)
    for key in extra:
        made.put(key, cost[key], cost.keys_at[key])
    for key in extra:
        cost.drop(key)
    cost["value"] = made


def says_about(base: Node | None, over: Map) -> bool:
    """Whether a mapping only adds to a number what is known of it: a range, a source, a date.

    A cost is a number too, with what it is per.
    """
    if not over or any(key not in FULL or key == "value" for key in over):
        return False
    if isinstance(base, Map):
        return is_full(base)
    return isinstance(base, Text) and not base.null and amount(base) is not None


def full(number: Node | None) -> Map:
    """A number in full; a mapping as it is."""
    if isinstance(number, Map):
        return number
    assert number is not None
    made = Map(number.place)
    made.path = number.path
    made.put("value", copy(number), number.place)
    return made


def alternatives(base: Map, over: Map) -> bool:
    """Whether two mappings are different kinds of one thing, so that one replaces the other.

    A number in full and a profile, two laws, two kinds of step: merged, they would be neither.
    """
    if ("value" in base) != ("value" in over):
        return True
    if base.path.startswith("steps.") and base.path.count(".") == 1:
        kinds = kind_of(base), kind_of(over)
        return kinds[1] is not None and kinds[0] != kinds[1]
    laws = _law_of(base), _law_of(over)
    return None not in laws and laws[0] != laws[1]


def _law_of(node: Map) -> str | None:
    keys = [key for key in node if key not in (*ABOUT, "description")]
    return keys[0] if len(keys) == 1 and keys[0] in LAWS else None
