"""The run ledger: who ran what, when, on which roots, what had changed and why, as a hash chain.

A line of canonical JSON an entry, appended and never rewritten. Each entry holds its own hash and
the hash of the line before it, so that an entry that was edited, moved, removed or put in between
is named. Clock and user name stand here and nowhere else in the results. What the chain alone
cannot show are entries cut off its end, and a chain that was written anew as a whole: for those
there are signatures.
"""

import fcntl
import getpass
import hashlib
import json
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

LEDGER = Path("results/audit/ledger.jsonl")
DOCUMENTS = {"content": "results/audit/content.json", "all": "results/audit/manifest.json"}
EVENTS = ("run", "failed", "altered", "raw_changed", "signed", "blinded", "unblinded")
ROOTS = ("raw", "plan", "code", "environment", "content", "all")
FIRST = "0" * 64
REASON = "TRIALTRACE_REASON"


class LedgerError(Exception):
    """The ledger cannot be read or written; the message says what to do."""


def _line(entry: Mapping[str, Any]) -> bytes:
    text = json.dumps(entry, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogateescape")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _own_hash(entry: Mapping[str, Any]) -> str:
    return _sha256(_line({key: value for key, value in entry.items() if key != "hash"}))


def _parsed(line: bytes) -> dict[str, Any]:
    """An entry; a line that is not exactly the JSON of one stands as `damaged` with its text."""
    try:
        entry = json.loads(line)
        if isinstance(entry, dict) and "damaged" not in entry and _line(entry) == line:
            return entry
    except ValueError:
        pass
    return {"damaged": line.decode("utf-8", "surrogateescape")}


def _hash_of_line(entry: Mapping[str, Any]) -> str:
    if "damaged" in entry:
        return _sha256(str(entry["damaged"]).encode("utf-8", "surrogateescape"))
    return _sha256(_line(entry))


def _entries(content: bytes) -> list[dict[str, Any]]:
    return [_parsed(line) for line in content.split(b"\n") if line]


def read_ledger(path: str | Path) -> list[dict[str, Any]]:
    """Every entry of a ledger file in the order of its lines; none where there is no file.

    A line that is not an entry, cut off or edited, is `{"damaged": its text}`.
    """
    try:
        return _entries(Path(path).read_bytes())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise LedgerError(f"{path} cannot be read ({error.strerror})") from None


def _root_in(path: Path) -> str | None:
    try:
        root = json.loads(path.read_text(encoding="utf-8")).get("root")
    except (OSError, ValueError, AttributeError):
        return None
    return root if isinstance(root, str) else None


def _roots(
    folder: Path, entries: Sequence[Mapping[str, Any]], given: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Every root: as given, of the manifests on the disk, or as the last entry had it."""
    known = [entry["roots"] for entry in entries if "roots" in entry]
    last: Mapping[str, Any] = known[-1] if known else {}
    roots = {name: last.get(name) for name in ROOTS}
    roots |= {name: _root_in(folder / path) for name, path in DOCUMENTS.items()}
    return roots | dict(given or {})


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def _write_all(handle: int, content: bytes) -> None:
    while content:
        content = content[os.write(handle, content) :]


def append_entry(
    folder: str | Path,
    event: str,
    details: Mapping[str, Any],
    reason: str | None = None,
    roots: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Append one entry to the ledger of a trial's folder and give it back.

    `event` is one of EVENTS, `details` anything JSON can hold. Without a `reason` the environment
    variable TRIALTRACE_REASON gives it. `roots` overrules what is known by itself: the roots of the
    manifests on the disk, the others as the last entry had them. Raises LedgerError where the file
    cannot be written.
    """
    if event not in EVENTS:
        raise ValueError(f"unknown event {event!r}; known: {', '.join(EVENTS)}")
    path = Path(folder) / LEDGER
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
    except OSError as error:
        raise LedgerError(
            f"{path} cannot be written ({error.strerror}); make the folder writable"
        ) from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        content = path.read_bytes()
        entries = _entries(content)
        entry = {
            "number": len(entries) + 1,
            "previous": _hash_of_line(entries[-1]) if entries else FIRST,
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
            "user": _user(),
            "event": event,
            "reason": reason if reason is not None else os.environ.get(REASON),
            "roots": _roots(Path(folder), entries, roots),
            "details": json.loads(json.dumps(details)),
        }
        entry["hash"] = _own_hash(entry)
        # A last line that was cut off stays as it is; the new one starts on a line of its own.
        start = b"" if not content or content.endswith(b"\n") else b"\n"
        _write_all(handle, start + _line(entry) + b"\n")
        os.fsync(handle)
    except OSError as error:
        raise LedgerError(f"{path} cannot be written ({error.strerror})") from None
    finally:
        os.close(handle)
    return entry


# The chain


def _strangers(numbered: Sequence[tuple[int, Mapping[str, Any]]]) -> list[int]:
    """Places among `numbered` of entries that take a number which another one has by right."""
    counts = Counter(number for number, _ in numbered)
    continued = {entry.get("previous") for _, entry in numbered}
    strangers = []
    for number in sorted(number for number, count in counts.items() if count > 1):
        places = [place for place, (other, _) in enumerate(numbered) if other == number]
        rightful = [
            place for place in places if _hash_of_line(numbered[place][1]) in continued
        ] or places
        strangers += [place for place in places if place != rightful[0]]
    return strangers


def _moved(numbers: Sequence[int]) -> list[str]:
    """Numbers that do not stand in order; two that changed places are named together."""
    ordered = sorted(numbers)
    wrong = [
        (found, right) for found, right in zip(numbers, ordered, strict=True) if found != right
    ]
    if len(wrong) == 2:
        low, high = sorted(found for found, _ in wrong)
        return [f"entries {low} and {high} were swapped"]
    return [f"entry {found} stands where entry {right} belongs" for found, right in wrong]


def _check_links(kept: Mapping[int, Mapping[str, Any]], edited: set[int]) -> list[str]:
    findings = []
    for number, entry in sorted(kept.items(), key=lambda pair: pair[0]):
        if number in edited or "damaged" in entry:
            continue
        if number == 1 and entry.get("previous") != FIRST:
            findings.append("entry 1 says that there was one before it")
        before = kept.get(number - 1)
        if before is None or number - 1 in edited:
            continue
        if entry.get("previous") != _hash_of_line(before):
            findings.append(f"entry {number} does not continue entry {number - 1} as it stands")
    return findings


def check_ledger(entries: Sequence[Mapping[str, Any]]) -> list[str]:
    """Every way in which the chain is broken, by the entries' numbers; nothing when it holds."""
    findings = []
    numbered: list[tuple[int, Mapping[str, Any]]] = []
    cut_off: dict[int, Mapping[str, Any]] = {}
    for line, entry in enumerate(entries, start=1):
        follower = entries[line] if line < len(entries) else {}
        number = entry.get("number")
        if isinstance(number, int):
            numbered.append((number, entry))
        elif "damaged" in entry and follower.get("previous") == _hash_of_line(entry):
            cut_off[line] = entry  # and the next entry goes on from it: nothing was changed
        else:
            findings.append(f"line {line} is not an entry: edited, or cut off")
            cut_off[line] = {}
    strangers = _strangers(numbered)
    findings += [f"an entry {numbered[place][0]} was inserted" for place in strangers]
    own = [pair for place, pair in enumerate(numbered) if place not in strangers]
    edited = {number for number, entry in own if entry.get("hash") != _own_hash(entry)}
    findings += [f"entry {number} was edited" for number in sorted(edited)]
    findings += _moved([number for number, _ in own])
    kept = cut_off | dict(own)
    findings += [
        f"entry {number} was removed"
        for number in range(1, max(kept, default=0))
        if number not in kept
    ]
    unreadable = {number for number, entry in kept.items() if not entry}
    return findings + _check_links(kept, edited | unreadable)
