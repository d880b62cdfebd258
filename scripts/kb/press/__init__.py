"""印制：handbooks and sheets from the library to the files of the shelf, and the commands that do it."""
