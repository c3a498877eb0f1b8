"""CPU seconds of rivals that take turns, so that a busy machine is unkind to all of them alike."""

import statistics
import time
from collections.abc import Callable, Mapping

Rival = Callable[[], float]


def cpu_seconds(work: Callable[[], object]) -> float:
    """The CPU seconds (user and system) of one call in this process."""
    start = time.process_time()
    work()
    return time.process_time() - start


def interleaved(rivals: Mapping[str, Rival], rounds: int) -> dict[str, list[float]]:
    """Seconds of each rival in each round; a rival returns the seconds that it took."""
    taken: dict[str, list[float]] = {name: [] for name in rivals}
    for _ in range(rounds):
        for name, rival in rivals.items():
            taken[name].append(rival())
    return taken


def compared(taken: Mapping[str, list[float]], ours: str, theirs: str) -> dict[str, object]:
    """How many times less CPU `ours` took than `theirs`, by medians, with every reading."""
    mine, other = statistics.median(taken[ours]), statistics.median(taken[theirs])
    return {
        "ratio": other / mine,
        f"{ours}_cpu_seconds": mine,
        f"{theirs}_cpu_seconds": other,
        "readings": {name: [round(value, 6) for value in values] for name, values in taken.items()},
    }
