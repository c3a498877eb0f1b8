"""Makes the raw files of the second trial: thirty invented people in three arms, as CSV.

The trial exists so that the workflow cannot grow around the first one. Everything in it is made
up: an itch score from 0 to 10, visits counted in days, another rule for response, and a flare as
the event. Run it as a module: python -m tests.workflow.second_trial.make_raw
"""

import csv
from datetime import date, timedelta
from pathlib import Path

FOLDER = Path(__file__).parent / "raw"
DAYS = [0, 7, 14, 28, 42]
ARMS = ["V", "L", "H"]  # vehicle, low, high
DROP = {"V": 0, "L": 1, "H": 2}  # points by which the score falls at each visit
STOPPED = {9: "moved away", 22: "burning skin"}
# Who goes another way than the arm: no change, slow, quick.
OWN_DROP = {8: 0, 20: 0, 6: 1, 15: 1, 24: 1, 4: 2, 13: 2, 28: 2}
# Where the data are not as the protocol wants them.
SKIPPED = [(5, 28), (18, 7)]
NO_ANSWER = [(12, 14)]
LATE_VISIT = (8, 28)
FLARE_AFTER_THE_END = 24

Row = dict[str, object]


def _noise(person: int, visit: int) -> int:
    """A small whole number that depends on nothing but its arguments: -1, 0 or 1."""
    return (person * 7919 + visit * 104729 + person * visit * 31) % 3 - 1


def _person(number: int) -> dict[str, list[Row]]:
    code = f"P{number:02d}"
    arm = ARMS[number % 3]
    start = date(2024, 3, 1) + timedelta(days=3 * number)
    stopped = number in STOPPED
    base = 6 + number % 4
    drop = OWN_DROP.get(number, DROP[arm])
    cream = arm == "V" and number % 2 == 1
    tables: dict[str, list[Row]] = {name: [] for name in FIELDS}
    tables["people"].append(
        {
            "code": code,
            "clinic": "North" if number % 2 else "South",
            "gender": "f" if number % 7 % 2 else "m",
            "years": 20 + number,
            "first_dose": start.isoformat(),
            "finish": "stopped early" if stopped else "finished",
            "finish_date": (start + timedelta(days=14 if stopped else 42)).isoformat(),
            "why": STOPPED.get(number, ""),
        }
    )
    tables["allocation"].append({"code": code, "list": arm, "drawn": start.isoformat()})
    for order, day in enumerate(DAYS):
        if (stopped and day > 14) or (number, day) in SKIPPED:
            continue
        noise = _noise(number, order) if day else 0
        # Four days after the cream the itch is gone for a while.
        relief = 5 if cream and day == 14 else 0
        late = 3 if (number, day) == LATE_VISIT else number % 2 if day else 0
        tables["scores"].append(
            {
                "code": code,
                "planned_day": day,
                "seen_on": (start + timedelta(days=day + late)).isoformat(),
                "itch": ""
                if (number, day) in NO_ANSWER
                else max(0, min(10, base - drop * order + noise - relief)),
            }
        )
    if cream:
        used = (start + timedelta(days=10)).isoformat()
        tables["cream"].append({"code": code, "used_on": used, "product": "Steroid cream"})
    flare = number % 5 == 1 or (arm == "V" and number % 4 == 0)
    if flare and not stopped:
        day = 50 if number == FLARE_AFTER_THE_END else 15 + number % 20
        tables["flares"].append({"code": code, "on": (start + timedelta(days=day)).isoformat()})
    if number % 4 == 2:
        began = (start + timedelta(days=5)).isoformat()
        what = "Burning skin" if number % 8 == 6 or stopped else "Dry skin patch"
        tables["problems"].append(
            {"code": code, "what": what, "how_bad": 1 + number % 3, "began": began}
        )
    return tables


FIELDS = {
    "people": ["code", "clinic", "gender", "years", "first_dose", "finish", "finish_date", "why"],
    "allocation": ["code", "list", "drawn"],
    "scores": ["code", "planned_day", "seen_on", "itch"],
    "cream": ["code", "used_on", "product"],
    "flares": ["code", "on"],
    "problems": ["code", "what", "how_bad", "began"],
}


def make() -> dict[str, list[Row]]:
    """Every raw table by name."""
    people = [_person(number) for number in range(1, 31)]
    return {name: [row for person in people for row in person[name]] for name in FIELDS}


def write(folder: Path = FOLDER) -> None:
    """Write every raw table as CSV."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in make().items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, FIELDS[name], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    write()
