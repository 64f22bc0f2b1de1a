"""What each kind of step does: on coming, when its wait is over, when somebody is taken away from it."""

from __future__ import annotations

from sim.engine.simpy_engine import (
    clocks,
    deciding,
    departures,
    gates,
    life,
    pools,
    stations,
    stocks,
)
from sim.engine.simpy_engine.route import Kind
from sim.network.model import Op

KINDS = {
    Op.SEIZE: Kind(pools.seize, life.taken_up, pools.look_seize),
    Op.RELEASE: Kind(pools.release, life.taken_up, life.look_nowhere, at_once=True),
    Op.SERVE: Kind(stations.serve, stations.served, stations.look_serve),
    Op.DELAY: Kind(deciding.delay, deciding.delayed, life.look_nowhere),
    Op.DEPART: Kind(departures.depart, life.taken_up, life.look_nowhere),
    Op.GATE: Kind(gates.gate, life.taken_up, life.look_nowhere),
    Op.TAKE: Kind(stocks.take, life.taken_up, stocks.look_take),
    Op.PUT: Kind(stocks.put, life.taken_up, life.look_nowhere, at_once=True),
    Op.DEADLINE: Kind(clocks.deadline, life.taken_up, life.look_nowhere, at_once=True),
    Op.CLEAR: Kind(clocks.clear, life.taken_up, life.look_nowhere, at_once=True),
    Op.BRANCH: Kind(deciding.branch, life.taken_up, life.look_nowhere, at_once=True),
    Op.SET: Kind(deciding.set_value, life.taken_up, life.look_nowhere, at_once=True),
    Op.SPAWN: Kind(deciding.spawn, life.taken_up, life.look_nowhere, at_once=True),
    Op.EXIT: Kind(life.exit, life.taken_up, life.look_nowhere, at_once=True),
}
