"""`sim require`: the least costly capacities with which the answer is achievable."""

from sim.study.require.answer import Required
from sim.study.require.verb import require

__all__ = ["Required", "require"]
