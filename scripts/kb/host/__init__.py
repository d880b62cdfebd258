"""The host: a bare git repository takes in what editors push, checks it with its own program, and publishes whole releases."""
