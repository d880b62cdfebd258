"""Measures what readers and publishers wait for: pages in a slow browser, the preview after a save, the bytes of an update."""
