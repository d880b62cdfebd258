"""What the commands for editors do to the files of content/: each works on the text as it stands, so that nothing else in it moves."""
