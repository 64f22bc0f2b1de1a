"""The command line and the verbs as functions: parses, calls, prints."""

from sim.cli.commands import app, main

__all__ = ["app", "main"]
