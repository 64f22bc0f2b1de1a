"""How Hypothesis looks for counterexamples: anew each time, but the same ones in CI."""

from __future__ import annotations

import os

from hypothesis import Phase, settings

settings.register_profile("fixed", derandomize=True, deadline=None)
settings.register_profile("mutants", derandomize=True, deadline=None, phases=[Phase.generate])
if os.environ.get("CI"):
    settings.load_profile("fixed")
