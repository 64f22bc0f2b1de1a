"""The version of the model: part of every digest, so that a change of rules is a change of answers."""

VERSION = "0.2.0"
