"""Measures of printing."""
