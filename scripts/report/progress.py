"""Long work shows itself: a line in the log and on the terminal for what is being made."""

import sys
from collections.abc import Callable

from scripts.job import Job


def announce(job: Job) -> Callable[[str], None]:
    """A function that says a line to the log of a job and to the terminal."""

    def say(text: str) -> None:
        job.say(text)
        sys.stderr.write(f"  {text}\n")
        sys.stderr.flush()

    return say
