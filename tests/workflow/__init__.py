"""The workflow as a whole: what runs again, what a crash leaves, bad input, two runs equal."""
