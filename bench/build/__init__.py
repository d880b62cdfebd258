"""Builds generated knowledge bases of several sizes and measures what `kb build` takes."""
