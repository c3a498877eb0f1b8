"""The mark on every page and screen of a report whose arms are dummy ones."""

from scripts.report.letters import FACES

SANS = next(family for family, *_ in FACES if "Sans" in family)
# In the margin of a page the mark is an artefact: a screen reader hears it in the foot, with the
# notice, and on a screen in the head of the document.
RULES = """
@page {{
  @left-middle {{ content: "{mark}"; width: 8mm; height: 190mm; margin: 0; border: none; padding: 0;
    transform: rotate(-90deg); white-space: nowrap; text-align: center; vertical-align: middle;
    font: bold 10pt '{sans}', sans-serif; letter-spacing: 0.14em; color: #b3261e; }}
  @bottom-left {{ color: #b3261e; font-weight: bold; }}
}}
@media screen {{
  body::after {{ content: "{mark}"; position: fixed; right: 0; bottom: 0; z-index: 9;
    padding: 0.25rem 0.7rem; pointer-events: none; background: #b3261e; color: #fff;
    font: bold 0.8rem/1.3 Verdana, 'DejaVu Sans', sans-serif; letter-spacing: 0.06em; }}
}}
"""


def add_mark(style: str, mark: str | None) -> str:
    """A style sheet with the rules that print the mark; as it is where there is none."""
    return style if mark is None else style + RULES.format(mark=mark, sans=SANS)
