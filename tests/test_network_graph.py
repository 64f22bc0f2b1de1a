"""Which step can be come to again, beside the plainest way to say it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sim.network.graph import backwards, closure, cyclic

NODES = "abcdefgh"


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, list[str]]:
    names = NODES[: draw(st.integers(1, len(NODES)))]
    return {name: draw(st.lists(st.sampled_from(names), max_size=3)) for name in names}


@given(graphs())
def test_a_step_can_be_come_to_again_if_one_can_come_to_it_from_its_followers(
    edges: dict[str, list[str]],
) -> None:
    assert cyclic(edges) == {name for name in edges if name in closure(edges, edges[name])}


@given(graphs())
def test_turned_round_twice_is_the_same(edges: dict[str, list[str]]) -> None:
    again = backwards(backwards(edges))
    assert {name: sorted(after) for name, after in again.items()} == {
        name: sorted(after) for name, after in edges.items()
    }


@given(graphs(), st.sampled_from(NODES))
def test_what_can_be_come_to_can_be_come_back_from(edges: dict[str, list[str]], name: str) -> None:
    back = backwards(edges)
    for other in edges:
        assert (other in closure(edges, edges.keys() & {name})) == (
            name in closure(back, [other]) and name in edges
        )
