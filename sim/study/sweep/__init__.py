"""`sim sweep`: the answer at every point of a design."""

from sim.study.sweep.plan import Means
from sim.study.sweep.verb import Swept, sweep

__all__ = ["Means", "Swept", "sweep"]
