"""`sim sensitivity`: which uncertain facts move the answer."""

from sim.study.sensitivity.door import sensitivity

__all__ = ["sensitivity"]
