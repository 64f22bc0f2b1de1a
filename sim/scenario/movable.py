"""Which numbers of a scenario `sim require` may move: capacities, and nothing else."""

from __future__ import annotations

KEYS = {"pools": ("capacity",), "stations": ("servers",), "departures": ("seats", "every")}
"""What may be moved: beds, staff (and so hearings), seats and how often there are some."""

WANTED = (
    "a capacity: pools.NAME.capacity, stations.NAME.servers, departures.NAME.seats or "
    "departures.NAME.every"
)

_SECTIONS = {
    "limits": "a legal limit, which stays as it is",
    "gates": "a gate (an injunction or ruling), which stays as it is",
    "streams": "how many people come, which is not a capacity",
    "orders": "what is set each day, which is not a capacity",
    "stocks": "people or money there are, which are not a capacity",
    "initial": "people who are there at the start, which are not a capacity",
    "question": "the question itself",
    "costs": "a cost, not a capacity",
    "measures": "how something is counted, not a capacity",
    "definitions": "another definition of the resources, not a capacity",
    "classes": "how people are told apart, not a capacity",
}
_OPTIONS = {
    "patience": "how long people wait, which stays as it is",
    "deadline": "a deadline or notice period, which stays as it is",
    "after": "a deadline or notice period, which stays as it is",
    "delay": "time that passes (notice, preparation, a document), which stays as it is",
    "branch": "the mix of people or the outcome of cases, which stays as it is",
    "attributes": "the mix of people, which stays as it is",
    "share": "the mix of people or of work, which stays as it is",
    "work": "how long a case takes (fear screening and hearings among them), which stays as it is",
    "effort": "how long a case takes, which stays as it is",
    "priority": "who goes first, which stays as it is",
    "hiring": "who is hired, and how long until they work; ask for more servers instead",
    "calendar": "opening hours; ask for more servers instead",
    "minimum": "a rule of the departure, not a capacity",
    "cancelled": "a chance, not a capacity",
}


def is_movable(path: str) -> bool:
    """Whether the path is that of a capacity, as far as its words say."""
    section, _, rest = path.partition(".")
    name, _, key = rest.rpartition(".")
    return bool(name) and key in KEYS.get(section, ())


def why_not(path: str) -> str:
    """What a path leads to that may not be moved, in words."""
    parts = path.split(".")
    told = next((_OPTIONS[p] for p in parts[1:] if p in _OPTIONS), None)
    return told or _SECTIONS.get(parts[0], "something other than a capacity")
