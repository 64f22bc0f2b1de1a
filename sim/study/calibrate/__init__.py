"""Fitting named numbers of a scenario to what was observed."""
