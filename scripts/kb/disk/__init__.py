"""What touches the disk beside the sources: the cache, the switch of a finished site, the history in git."""
