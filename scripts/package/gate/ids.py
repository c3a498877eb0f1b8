"""Which rules there are, for who checks names in a plan and runs none of them."""

from functools import cache
from pathlib import Path

import yaml

RULES = Path(__file__).with_name("rules.yaml")


@cache
def rule_ids() -> tuple[str, ...]:
    """The ids of the rules of the gate."""
    rules = yaml.safe_load(RULES.read_text(encoding="utf-8"))["rules"]
    return tuple(rule["id"] for rule in rules)
