"""What each printed number depends on, by where it came from."""

from scripts.audit.lineage.reads import Lineage, Read
from scripts.audit.lineage.run import RAW, Run

# Sources that are the plan or the code alone: no raw value can change them.
OUTSIDE_DATA = ("plan", "code", "environment", "run")


def declare_numbers(lineage: Lineage, run: Run) -> None:
    """Declare every address; what came from data depends on every raw value."""
    everything = [
        Read(f"{RAW}/{name}", tuple(map(str, table.columns))) for name, table in run.raw.items()
    ]
    for address, entry in run.addresses.items():
        outside = any(key in entry["source"] for key in OUTSIDE_DATA)
        lineage.add_number(address, [] if outside else everything)
