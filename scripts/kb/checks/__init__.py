"""What is asked of content beyond its form: visible tables of checks, per entry (`entry`), per card beside the others and over the
library (`library`)."""
