"""Lines: who waits for one thing, in the order of SEMANTICS section 4.

Most people join behind everybody of their priority who is there, so a line is a run of those for each
priority, which one leaves at once, beside a pairing heap of the others. Leaving the heap is lazy: a node
whose entity no longer waits there as the node says is dropped when it comes to the top. Members of a
counter stand in line without a node. Work stopped on a station is kept in such a heap too.
"""

from __future__ import annotations

import numpy as np

from sim.engine.kernel.memory import (
    NONE,
    PAUSED,
    PREEMPTED,
    WAITING,
    Record,
    Records,
    counters,
    entity,
    ints,
    lines,
    name_of,
    new_node,
    nodes,
    runs,
    sources,
    steps,
)
from sim.engine.kernel.once import compiled, inlined
from sim.engine.kernel.records import prefetch


@compiled
def before(priority: int, joined: int, name: int, other: Record) -> bool:
    """Whether a place comes before that of a node."""
    if priority != other.priority:
        return priority < other.priority
    if joined != other.joined:
        return joined < other.joined
    return name < other.name


@compiled
def _before(a: Record, b: Record) -> bool:
    return before(a.priority, a.joined, a.name, b)


@compiled
def _meld(all_nodes: Records, a: int, b: int) -> int:
    """One heap of two; either may be NONE."""
    if a < 0:
        return b
    if b < 0:
        return a
    if _before(all_nodes[b], all_nodes[a]):
        a, b = b, a
    all_nodes[b].sibling = all_nodes[a].child
    all_nodes[a].child = b
    return a


@compiled
def _meld_all(all_nodes: Records, child: int) -> int:
    """One heap of the children of a root that goes: in pairs, then from the last to the first."""
    pairs = NONE
    while child >= 0:
        second = all_nodes[child].sibling
        after = NONE
        if second >= 0:
            after = all_nodes[second].sibling
        pair = _meld(all_nodes, child, second)
        all_nodes[pair].sibling = pairs
        pairs = pair
        child = after
    root = NONE
    while pairs >= 0:
        after = all_nodes[pairs].sibling
        root = _meld(all_nodes, root, pairs)
        pairs = after
    return root


@inlined
def join(m: Record, index: int, slot: int, priority: int, joined: int, name: int) -> int:
    """Stand in line at a place; returns the node to be left by `leave`, NONE if there is nothing to leave."""
    run = _run_of(m, index, priority)
    if run < 0:
        join_loose(m, index, slot, priority, joined, name)
        return NONE
    r = runs(m)[run]
    if r.head >= 0 and (joined < r.joined or (joined == r.joined and name < r.name)):
        join_loose(m, index, slot, priority, joined, name)
        return NONE
    node = _new_node(m, slot, priority, joined, name)
    n = nodes(m)[node]
    n.run, n.child = run, r.tail
    if r.head < 0:
        r.head = node
    else:
        nodes(m)[r.tail].sibling = node
    r.tail, r.joined, r.name = node, joined, name
    return node


@inlined
def _run_of(m: Record, index: int, priority: int) -> int:
    line = lines(m)[index]
    for run in range(line.run_first, line.run_last):
        if runs(m)[run].priority == priority:
            return run
    return NONE


@compiled
def join_loose(m: Record, index: int, slot: int, priority: int, joined: int, name: int) -> None:
    """Stand in line among those out of order, which one leaves without a word."""
    node = _new_node(m, slot, priority, joined, name)
    line = lines(m)[index]
    line.root = _meld(nodes(m), line.root, node)


@inlined
def _new_node(m: Record, slot: int, priority: int, joined: int, name: int) -> int:
    node = new_node(m)
    n = nodes(m)[node]
    n.joined, n.name, n.priority, n.slot = joined, name, priority, slot
    n.child = n.sibling = n.run = NONE
    return node


@inlined
def leave(m: Record, node: int) -> None:
    """Leave a run."""
    all_nodes = nodes(m)
    n = all_nodes[node]
    r = runs(m)[n.run]
    if n.child >= 0:
        all_nodes[n.child].sibling = n.sibling
    else:
        r.head = n.sibling
    if n.sibling >= 0:
        all_nodes[n.sibling].child = n.child
    else:
        r.tail = n.child
    _drop(m, node)


@compiled
def take(m: Record, index: int, node: int) -> None:
    """Take out the top of the heap."""
    lines(m)[index].root = _meld_all(nodes(m), nodes(m)[node].child)
    _drop(m, node)


@compiled
def _drop(m: Record, node: int) -> None:
    n = nodes(m)[node]
    n.sibling = m.node_free
    m.node_free = node


@compiled
def _stands(m: Record, index: int, n: Record) -> bool:
    """Whether the entity of a node out of order still waits there as the node says."""
    e = entity(m, n.slot)
    if e.joined != n.joined or e.priority != n.priority or name_of(m, e) != n.name:
        return False
    if lines(m)[index].paused:
        return e.doing == PAUSED and steps(m)[e.step].obj == lines(m)[index].order
    if e.doing != WAITING and e.doing != PREEMPTED:
        return False
    s = steps(m)[e.step]
    if s.queue >= 0:
        return s.queue == index
    return index < m.pools and (s.pools >> index) & 1 == 1


@compiled
def first(m: Record, index: int) -> int:
    """The first node of those who stand there, or NONE; counters aside."""
    line = lines(m)[index]
    all_nodes = nodes(m)
    while line.root >= 0 and not _stands(m, index, all_nodes[line.root]):
        take(m, index, line.root)
    for run in range(line.run_first, line.run_last):
        node = np.int64(runs(m)[run].head)
        if node >= 0:
            if line.root < 0 or _before(all_nodes[node], all_nodes[line.root]):
                return node
            break
    return np.int64(line.root)


@compiled
def _counted(m: Record, index: int, node: int) -> int:
    """The counter whose next member comes before `node` and before other counters; or NONE."""
    line = lines(m)[index]
    best = NONE
    priority, joined, name = np.int64(0), np.int64(0), np.int64(0)
    for i in range(line.counted_first, line.counted_last):
        number = ints(m.counted)[i]
        c = counters(m)[number]
        if c.next > c.count:
            continue
        its_priority = steps(m)[c.step].priority
        its_joined = c.joined
        its_name = (sources(m)[c.source].rank << 32) | c.next
        if best < 0 or (its_priority, its_joined, its_name) < (priority, joined, name):
            best, priority, joined, name = number, its_priority, its_joined, its_name
    if best >= 0 and (node < 0 or before(priority, joined, name, nodes(m)[node])):
        return best
    return NONE


@compiled
def head(m: Record, index: int) -> int:
    """Who is first: a node, or -2 - c for the next member of counter c, or NONE."""
    node = first(m, index)
    if lines(m)[index].counted_first < lines(m)[index].counted_last:
        counter = _counted(m, index, node)
        if counter >= 0:
            return -2 - counter
    return node


@compiled
def bring_next(m: Record, who: int) -> None:
    """Have memory bring the entity that stands behind the head of a run, since it is next."""
    behind = np.int64(nodes(m)[who].sibling)
    if behind >= 0:
        prefetch(m.entities + nodes(m)[behind].slot * m.stride)


@compiled
def step_of(m: Record, who: int) -> int:
    """The step at which a head stands."""
    if who >= 0:
        return np.int64(entity(m, nodes(m)[who].slot).step)
    return counters(m)[-2 - who].step


@compiled
def would_head(m: Record, index: int, e: Record) -> bool:
    """Whether an entity that joined now would be first."""
    node = first(m, index)
    name = name_of(m, e)
    if node >= 0 and not before(e.priority, e.joined, name, nodes(m)[node]):
        return False
    if lines(m)[index].counted_first == lines(m)[index].counted_last:
        return True
    counter = _counted(m, index, NONE)
    if counter < 0:
        return True
    c = counters(m)[counter]
    its_priority = steps(m)[c.step].priority
    its_name = (sources(m)[c.source].rank << 32) | c.next
    return (np.int64(e.priority), e.joined, name) < (its_priority, c.joined, its_name)
