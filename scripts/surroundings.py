"""What every job sees of its surroundings: nothing that two machines or two days tell apart."""

from calendar import timegm
from collections.abc import Mapping
from datetime import date
from typing import Any


def surroundings(study: Mapping[str, Any]) -> dict[str, str]:
    """The environment variables of a job, from the section `study` of the plan."""
    day = date.fromisoformat(study["data_cut"])
    return {
        "PYTHONHASHSEED": "0",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "SOURCE_DATE_EPOCH": str(timegm(day.timetuple())),
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
    }
