"""Lines: who waits for one thing, in the order of SEMANTICS section 4.

Most people join behind everybody who is there, so a line is a run of those who came in order, beside a
pairing heap of the others; its head is the lesser of two. Leaving is lazy: a node whose entity no longer
waits there as the node says is dropped when it comes to the head. Members of a counter stand in line
without a node. Work stopped on a station and the holders of a pool that may be bumped are kept likewise.
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
    entities,
    holds,
    ints,
    lines,
    name_of,
    new_node,
    nodes,
    sources,
    steps,
)
from sim.engine.kernel.once import compiled


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


@compiled
def join(m: Record, index: int, slot: int, priority: int, joined: int, name: int) -> None:
    """Stand in line at a place."""
    node = new_node(m)
    all_nodes = nodes(m)
    n = all_nodes[node]
    n.joined, n.name, n.priority, n.slot = joined, name, priority, slot
    n.child = n.sibling = NONE
    line = lines(m)[index]
    if line.head < 0:
        line.head = line.tail = node
    elif _before(all_nodes[line.tail], n):
        all_nodes[line.tail].sibling = node
        line.tail = node
    else:
        line.root = _meld(all_nodes, line.root, node)


@compiled
def keep(m: Record, index: int, node: int) -> None:
    """Put back a node taken by `take`."""
    line = lines(m)[index]
    n = nodes(m)[node]
    n.child = n.sibling = NONE
    line.root = _meld(nodes(m), line.root, node)


@compiled
def take(m: Record, index: int, node: int) -> None:
    """Take the first node out of the line; it is still the caller's."""
    line = lines(m)[index]
    all_nodes = nodes(m)
    if node == line.head:
        line.head = all_nodes[node].sibling
        if line.head < 0:
            line.tail = NONE
    else:
        line.root = _meld_all(all_nodes, all_nodes[node].child)


@compiled
def drop(m: Record, node: int) -> None:
    n = nodes(m)[node]
    n.sibling = m.node_free
    m.node_free = node


@compiled
def _stands(m: Record, index: int, n: Record) -> bool:
    """Whether the entity of a node of a line still waits there as the node says."""
    e = entities(m)[n.slot]
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
    """The first node whose entity still stands there, or NONE; counters aside."""
    line = lines(m)[index]
    all_nodes = nodes(m)
    while line.head >= 0 and not _stands(m, index, all_nodes[line.head]):
        gone = line.head
        take(m, index, gone)
        drop(m, gone)
    while line.root >= 0 and not _stands(m, index, all_nodes[line.root]):
        gone = line.root
        take(m, index, gone)
        drop(m, gone)
    return _lesser(all_nodes, line)


@compiled
def _lesser(all_nodes: Records, line: Record) -> int:
    if line.head < 0:
        return line.root
    if line.root < 0 or _before(all_nodes[line.head], all_nodes[line.root]):
        return line.head
    return line.root


@compiled
def first_holder(m: Record, index: int) -> int:
    """The node of the holder to be bumped first: lowest priority, last granted; or NONE."""
    line = lines(m)[index]
    all_nodes = nodes(m)
    while line.head >= 0 and not _holds(m, all_nodes[line.head]):
        gone = line.head
        take(m, index, gone)
        drop(m, gone)
    while line.root >= 0 and not _holds(m, all_nodes[line.root]):
        gone = line.root
        take(m, index, gone)
        drop(m, gone)
    return _lesser(all_nodes, line)


@compiled
def _holds(m: Record, n: Record) -> bool:
    hold = holds(m)[n.slot]
    return hold.slot >= 0 and hold.grant == -n.joined and hold.pool == n.name


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
        its_joined = ints(m.ages)[c.first + c.next - 1]
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
def step_of(m: Record, who: int) -> int:
    """The step at which a head stands."""
    if who >= 0:
        return np.int64(entities(m)[nodes(m)[who].slot].step)
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
    its_joined = ints(m.ages)[c.first + c.next - 1]
    its_name = (sources(m)[c.source].rank << 32) | c.next
    return (np.int64(e.priority), e.joined, name) < (its_priority, its_joined, its_name)
