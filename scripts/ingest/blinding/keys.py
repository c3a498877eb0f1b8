"""The key of a blinded trial: its commitment, digests that only its holder can make, its order.

Everything is HMAC-SHA-256 under the key, so that the same key deals the same arms on any machine
and nobody without it can tell a dealt arm from the true one, or try all allocations against a hash.
"""

import hashlib
import hmac
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

VARIABLE = "TRIALTRACE_KEY"
SHORTEST = 32
MAKE = "openssl rand -hex 32 > KEYFILE"


class BlindingError(Exception):
    """A blinded trial cannot be run as the plan says; the message says what to do."""


def key_path(declared: str | None, folder: str | Path = ".") -> Path:
    """Where the key lies: as the environment says, else the plan. Raises BlindingError."""
    given = os.environ.get(VARIABLE)
    named = str(Path(given).expanduser().resolve()) if given else declared
    if not named:
        raise BlindingError(
            f"no key: name its file under `key` in config/blinding.yaml or in {VARIABLE}; "
            f"to make one: {MAKE}"
        )
    path = (Path(folder) / Path(named).expanduser()).resolve()
    if path.is_relative_to(Path(folder).resolve()):
        raise BlindingError(
            f"the key {named} lies in the trial's folder, which is handed on with its results; "
            "keep it outside"
        )
    return path


def read_key(path: str | Path) -> bytes:
    """The bytes of a key file. Raises BlindingError where there is none or it can be guessed."""
    try:
        key = Path(path).read_bytes()
    except OSError as error:
        raise BlindingError(
            f"the key {path} cannot be read ({error.strerror}); whoever holds it runs the blinded "
            f"trial; to make one: {MAKE}"
        ) from None
    if len(key) < SHORTEST:
        raise BlindingError(
            f"the key {path} has {len(key)} bytes and could be guessed from its commitment; "
            f"{SHORTEST} at least: {MAKE}"
        )
    return key


def commitment_of(key: bytes) -> str:
    """What may be told of a key: the SHA-256 of its file."""
    return hashlib.sha256(key).hexdigest()


def check_commitment(key: bytes, committed: str | None) -> None:
    """Raise BlindingError where the plan is bound to another key, or to none."""
    found = commitment_of(key)
    if committed is None:
        raise BlindingError(
            f"the plan is bound to no key; write into config/blinding.yaml: commitment: {found}"
        )
    if found != committed:
        raise BlindingError(
            f"wrong key: its commitment is {found}, the plan is bound to {committed}; "
            "ask for the key with which the trial was blinded"
        )


def keyed_digest(key: bytes, text: str) -> str:
    """A digest that cannot be compared with a guess by anybody who lacks the key."""
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def keyed_hashes(paths: Iterable[Path], key: bytes) -> dict[str, str]:
    """Plain hash and keyed one of each of these files that is there."""
    plain = [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths if path.is_file()]
    return {found: keyed_digest(key, found) for found in plain}


def _groups(arms: Mapping[str, int], strata: Mapping[str, str]) -> list[list[str]]:
    """Subjects by stratum; strata of one arm only are put together, for they would tell it."""
    by_stratum: dict[str, list[str]] = {}
    for subject in sorted(arms):
        by_stratum.setdefault(strata.get(subject, ""), []).append(subject)
    mixed = [who for _, who in sorted(by_stratum.items()) if len({arms[s] for s in who}) > 1]
    alike = [who for _, who in sorted(by_stratum.items()) if len({arms[s] for s in who}) == 1]
    rest = sorted(subject for who in alike for subject in who)
    if rest and len({arms[subject] for subject in rest}) == 1 and mixed:
        rest = sorted(rest + mixed.pop())
    return [*mixed, rest] if rest else mixed


def deal_arms(
    key: bytes, study: str, arms: Mapping[str, int], strata: Mapping[str, str]
) -> dict[str, int]:
    """The arms dealt anew to the same subjects: a permutation that the key alone decides.

    `arms` holds the number of the true arm by subject, `strata` the stratum within which it is
    dealt (none: the whole trial). Sizes of arms within strata stay, except that strata all of whose
    subjects have one arm are dealt as one, with a further one where that is not enough.
    Raises BlindingError where all subjects have the same arm.
    """
    if len(set(arms.values())) < 2:
        raise BlindingError("all subjects have the same arm; there is nothing to blind")
    dealt: dict[str, int] = {}
    for subjects in _groups(arms, strata):
        order = sorted(subjects, key=lambda who: keyed_digest(key, f"{study}\0{who}"))
        dealt |= {who: arms[donor] for who, donor in zip(subjects, order, strict=True)}
    return dealt
