"""Answers of slow pure functions kept while many runs share a process.

Most runs with one changed value ask most fits and tests for what they were asked before. Only
functions whose answer is made from their arguments alone may be named here. An answer is kept as
bytes and given as a copy, so that nobody can change it for others.
"""

import functools
import hashlib
import importlib
import pickle
import sys
from collections.abc import Callable, Iterable
from typing import Any

# The slowest of the second opinion: fits with profiles, shifts by ranks, weighted tests.
SLOW = (
    "scripts.analyse.second.models:find_fit",
    "scripts.analyse.second.ranks:shift",
    "scripts.analyse.second.hazards:weighted_test",
)
OURS = "scripts."


def remembered(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, asked once for the same arguments."""
    answers: dict[bytes, bytes] = {}

    @functools.wraps(function)
    def ask(*arguments: Any, **named: Any) -> Any:
        asked = pickle.dumps((arguments, sorted(named.items())))
        key = hashlib.sha256(asked).digest()
        if key not in answers:
            answers[key] = pickle.dumps(function(*arguments, **named))
        return pickle.loads(answers[key])  # noqa: S301

    return ask


def remember(names: Iterable[str] = SLOW) -> None:
    """Put remembered functions in the place of those named, in every module of ours that has them.

    Call it when the modules are loaded; a module that is loaded later gets them, too.
    """
    for name in names:
        module, _, attribute = name.partition(":")
        function = getattr(importlib.import_module(module), attribute)
        if hasattr(function, "__wrapped__"):
            continue
        kept = remembered(function)
        for loaded in [part for key, part in sys.modules.items() if key.startswith(OURS)]:
            for known, value in list(vars(loaded).items()):
                if value is function:
                    setattr(loaded, known, kept)
