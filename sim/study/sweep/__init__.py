"""`sim sweep`: the answer at every point of a design."""
