"""Engines: a network in, a log out; the reference in SimPy and the compiled kernel, equal to the bit."""
