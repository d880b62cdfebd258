"""Readers: from the files under content/ to the model, every fault a located problem."""
