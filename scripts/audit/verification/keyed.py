"""Raw files of a blinded trial whose hashes are keyed: verified by whoever holds the key."""

import json
import os
from pathlib import Path
from typing import Any

from scripts.audit.verification.folder import Folder
from scripts.seals import CONCEALED

BLINDED = "blinded"


def is_blinded(plan: dict[str, Any]) -> bool:
    """Whether the plan of a folder says that its trial is blinded."""
    return plan.get("blinding", {}).get("status") == BLINDED


def _concealed(plan: dict[str, Any]) -> list[str]:
    """The addresses of the raw files that hold something concealed."""
    # Imported late: only a blinded trial needs what reads its mapping.
    from scripts.ingest.blinding.dummy_plan import hidden_columns, reading_plan

    sources = plan["sources"]
    return [
        Path(sources["folder"], sources["sources"][name]["file"]).as_posix()
        for name in sorted(hidden_columns(reading_plan(plan)))
    ]


def settle_keyed(plan: dict[str, Any], folder: Folder) -> tuple[set[str], list[str]]:
    """(addresses that cannot be looked at, notes) of a trial's folder.

    With the key, every hash that is taken from here on is the keyed one where the run gave that.
    """
    from scripts.ingest.blinding.keys import (
        BlindingError,
        check_commitment,
        key_path,
        keyed_hashes,
        read_key,
    )

    if not is_blinded(plan):
        return set(), []
    addresses = _concealed(plan)
    try:
        key = read_key(key_path(plan["blinding"].get("key"), folder.trial))
        check_commitment(key, plan["blinding"].get("commitment"))
    except BlindingError as error:
        told = ", ".join(addresses)
        note = f"{told}: hashes are keyed while the trial is blinded; not looked at: {error}"
        return {name for address in addresses for name in (address, Path(address).name)}, [note]
    found = [folder.path_of(address) for address in addresses]
    os.environ[CONCEALED] = json.dumps(keyed_hashes(found, key))
    return set(), []
