"""What happens in the first days does not depend on how many days are to come."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.engine.kernel import run
from sim.errors import SimError
from sim.log import Log
from sim.network.compiling import compile_network
from sim.network.model import Model
from tests.networks import networks


def _log(model: Model, seed: int) -> Log | None:
    """None where the route is in error, which it may be on a later day."""
    try:
        return run(compile_network(model), seed, 1, 0)
    except SimError:
        return None


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(networks(), st.integers(0, 9), st.data())
def test_the_first_days_are_those_of_the_whole_run(model: Model, seed: int, data: st.DataObject) -> None:
    days = data.draw(st.integers(1, model.days))
    whole, part = _log(model, seed), _log(model.first_days(days), seed)
    if whole is None:
        return
    assert part is not None
    for name in ("flows", "levels", "use", "held"):
        assert (getattr(part, name) == getattr(whole, name)[:days]).all(), name
    if days > 1:  # the shortfall of a day is known when the next begins
        assert (part.shortfall[:-1] == whole.shortfall[: days - 1]).all()
