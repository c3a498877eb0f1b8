"""From the SDTM data sets of a package to ADaM and printed numbers, by the pipeline's own steps."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from scripts.audit.rebuild import StoppedError, run_job
from scripts.package.places import PACKAGE, tabulations
from scripts.package.replay.carried import restore_carried
from scripts.package.replay.jobs import settled
from scripts.package.sdtm.restored import restore_domains
from scripts.plan import PlanError, load_plan
from scripts.seals import PROJECT, digest_of, sha256_of
from scripts.tables import read_contract, read_json, write_table

CONTRACTS = PROJECT / "config" / "schemas" / "tables"


def sent_path(path: str) -> str:
    """Where a file of results/package lies in the package as it was sent."""
    return path.removeprefix(f"{PACKAGE}/")


def check_plan(folder: Path, digest: str) -> list[str]:
    """Whether the plan that is packed is the one that the jobs were told, in words."""
    try:
        plan = load_plan(read_json(folder / "config" / "as-run.json"), folder / "config")
    except (PlanError, OSError, ValueError) as error:
        return [f"plan.txt: cannot be read as a plan: {error}"]
    same = digest_of(plan) == digest
    return [] if same else ["plan.txt: not the plan that the programs ran with"]


def restore_inputs(package: Path, folder: Path, inputs: Mapping[str, Any]) -> None:
    """Write what the jobs read: the domains from the transport files, and what is carried."""
    plan = inputs["plan"]
    place = package / sent_path(tabulations({"study": {"id": inputs["study"]}}))
    files = {path.stem: path.read_bytes() for path in sorted(place.glob("*.xpt"))}
    names = [Path(path).stem for path in inputs["restored"]]
    contracts = {name: read_contract(CONTRACTS / f"{name}.yaml") for name in names}
    domains = restore_domains(files, contracts, plan)
    for path in inputs["restored"]:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        write_table(domains[target.stem], target, contracts[target.stem])
    for path, entry in inputs["carried"].items():
        restore_carried(entry, folder / path)


def check_carried(folder: Path, carried: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Every carried file that is not what it was when it was packed."""
    return [
        f"{path}: not what it was when it was packed"
        for path, entry in carried.items()
        if not (folder / path).is_file() or sha256_of(folder / path) != entry["sha256"]
    ]


def rebuild(
    package: Path, folder: Path, inputs: Mapping[str, Any], tell: Callable[[str], None]
) -> tuple[list[str], str | None]:
    """Run every job; gives the rules that ran, and the words of the one that stopped, if any.

    `tell` hears the name of each before it runs.
    """
    ran: list[str] = []
    try:
        restore_inputs(package, folder, inputs)
    except (ValueError, KeyError, OSError) as error:
        return ran, f"the SDTM data sets cannot be read back: {error}"
    for number, job in enumerate(inputs["jobs"], start=1):
        tell(f"{number} of {len(inputs['jobs'])}: {job['rule']}")
        try:
            run_job(settled(job), folder)
        except StoppedError as error:
            return ran, str(error)
        ran.append(job["rule"])
    return ran, None
