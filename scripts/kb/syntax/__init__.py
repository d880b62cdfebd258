"""The lowest readers: from bytes to text, from YAML to located trees, citations and seals. They know nothing of entries."""
