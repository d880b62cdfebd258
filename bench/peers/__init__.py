"""Gives the same entries to other site generators and measures them in turn with `kb build`."""
