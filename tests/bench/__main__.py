"""Run benchmarks by name, or all: python -m tests.bench [--quick] [NAME ...]."""

import argparse
import importlib
import json
from pathlib import Path

SUMMARY = Path("results/bench/summary.json")


def main() -> None:
    """Measure, then put the new figures into the summary beside those of other benchmarks."""
    names = sorted(path.stem[6:] for path in Path(__file__).parent.glob("bench_*.py"))
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that it runs")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(names)}")
    given = parser.parse_args()
    unknown = [name for name in given.names if name not in names]
    if unknown:
        parser.error(f"no benchmark named {', '.join(unknown)}; there are {', '.join(names)}")
    summary = json.loads(SUMMARY.read_text()) if SUMMARY.exists() else {}
    for name in given.names or names:
        print(f"{name} ...", flush=True)
        found = importlib.import_module(f"tests.bench.bench_{name}").measure(given.quick)
        for key, figures in found.items():
            first = next(iter(figures.items()))
            print(f"  {key}: {first[0]} {first[1]:.6g}", flush=True)
        summary.update({key: {**figures, "quick": given.quick} for key, figures in found.items()})
        SUMMARY.parent.mkdir(parents=True, exist_ok=True)
        SUMMARY.write_text(json.dumps(summary, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
