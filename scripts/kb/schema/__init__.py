"""The shape of entries: field kinds, entry types, vocabularies and registers, read from their files."""
