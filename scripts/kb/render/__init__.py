"""From the model to HTML: bodies, values, and the shell that MkDocs drew once."""
