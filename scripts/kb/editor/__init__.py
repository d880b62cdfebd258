"""`kb edit`: a form in the browser of this machine that writes the same file a person would write."""
