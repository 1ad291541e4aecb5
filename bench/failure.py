"""The one error of the benchmark."""

from __future__ import annotations


class BenchError(Exception):
    """The benchmark cannot go on, or would not be fair; the message is one line for the person who started it."""
