"""The finished model: what an entry, a register and the whole library are once they have been read."""
