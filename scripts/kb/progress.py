"""What long work tells of how far it is."""

from collections.abc import Callable, Iterable

Progress = Callable[[str, Iterable[object], int], Iterable[object]]
"""Passes things on one by one and shows how many there are: (words for people, the things, their number)."""
