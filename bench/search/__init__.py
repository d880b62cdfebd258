"""Measure site search: how good, how quick, how heavy."""
