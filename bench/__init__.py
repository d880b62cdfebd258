"""What the product costs, measured from outside."""

import os

# whoever forbids Python to keep what it compiled would measure the compiling of our program, half as long again as a small edit
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
