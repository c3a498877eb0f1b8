"""Links from a printed number to its evidence: the page of the explorer that knows its address.

A link is relative, so that the report and the explorer can be moved together and the documents
hold no path of the machine that made them.
"""

from urllib.parse import quote, unquote

EXPLORER = "../audit/explorer.html"
# In a fragment these need no escape, and an address stays readable with them.
READABLE = "/:"


def evidence_link(address: str, explorer: str = EXPLORER) -> str:
    """The link to the evidence of an address, or to the page of a figure by its id."""
    return f"{explorer}#{quote(address, safe=READABLE)}"


def address_in(link: str, explorer: str = EXPLORER) -> str:
    """The address that a link leads to; nothing where it leads elsewhere."""
    start, _, fragment = link.partition("#")
    return unquote(fragment) if start == explorer else ""
