"""Keys of a file beside its scenario, which say what is studied; `sim.study.studyfile` reads them."""

SCENARIO = "scenario"
BLOCKS = {
    "sweep": "What `sim sweep` varies, and how often each point is run (docs/sweep.md).",
    "calibrate": "What `sim calibrate` fits to which observations (docs/calibrate.md).",
}
