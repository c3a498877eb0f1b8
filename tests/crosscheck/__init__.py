"""The stage that asks R: exported tables, answers, comparison, verdict."""
