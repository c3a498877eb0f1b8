"""Benchmarks: `make bench` measures and writes results/bench/summary.json.

A file `bench_NAME.py` has a function `measure(quick)`: a mapping of key to what was measured, with
`ratio` (larger is better) or `value` first and the figures behind it. Nothing here is a test.
README.md says what each of them measures.
"""
