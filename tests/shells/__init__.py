"""The shells: made from the plan alone, the report's own shape, and no number of any data."""
