"""What is frozen when a trial is unblinded: digests of the plan by its files, and of the code."""

from collections.abc import Mapping
from typing import Any

from scripts.audit.listed import LOCK, code_files
from scripts.seals import PROJECT, address_of, digest_of, sha256_of

Plan = Mapping[str, Any]


def frozen_state(plan: Plan) -> dict[str, Any]:
    """Digests of each section of the true plan, the word `status` left out, and of all code."""
    blinding = {key: value for key, value in plan["blinding"].items() if key != "status"}
    sections = {**plan, "blinding": blinding}
    paths = [*code_files(PROJECT), str(PROJECT / LOCK)]
    files = {address_of(path): sha256_of(path) for path in paths}
    return {
        "plan": {name: digest_of(section) for name, section in sections.items()},
        "code": digest_of(files),
    }


def changed_since(frozen: Mapping[str, Any], plan: Plan) -> list[str]:
    """What of plan and code is not as it was frozen: sections of the plan by name, and the code."""
    now = frozen_state(plan)
    sections = sorted({*frozen["plan"], *now["plan"]})
    changed = [name for name in sections if frozen["plan"].get(name) != now["plan"].get(name)]
    found = [f"the plan ({', '.join(changed)})"] if changed else []
    return found + (["the code"] if frozen["code"] != now["code"] else [])


def statement_of(entry: Mapping[str, Any], changed: list[str]) -> str:
    """The unblinding in words for the title page: which roots were frozen, what changed since."""
    names = ("plan", "code", "environment", "content")
    roots = [f"{name} {entry['roots'].get(name) or 'not recorded'}" for name in names]
    if changed:
        since = f"Analyses changed after unblinding: {' and '.join(changed)} changed since."
    else:
        since = "Neither plan nor code has changed since."
    return (
        f"Unblinded by entry {entry['number']} of the run ledger (SHA-256 {entry['hash']}). "
        f"Frozen before it: {', '.join(roots)}; commitment of the key "
        f"{entry['details']['commitment']}. {since}"
    )
