"""Supplemental qualifiers (SUPP--), related records (RELREC), and texts that are too long."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scripts.package.sdtm.standard import LONG_TEXTS, records_of
from scripts.package.transport import VALUE_BYTES

Plan = Mapping[str, Any]
COLUMNS = ["IDVAR", "IDVARVAL", "QNAM", "QLABEL", "QVAL", "QORIG", "QEVAL"]


def derive_supplement(
    domain: str, table: pd.DataFrame, wanted: Mapping[str, Mapping[str, Any]], plan: Plan
) -> pd.DataFrame:
    """SUPP-- of a domain: one record for each value of a variable that the standard has not."""
    number = f"{domain}SEQ"
    by = number if number in table.columns else None
    records = []
    for name, entry in wanted.items():
        for row in table[table[name].notna()].to_dict("records"):
            records.append(
                {
                    "USUBJID": row["USUBJID"],
                    "IDVAR": by,
                    "IDVARVAL": f"{row[by]:g}" if by else None,
                    "QNAM": name,
                    "QLABEL": entry["label"],
                    "QVAL": str(row[name]),
                    "QORIG": entry["origin"],
                    "QEVAL": entry.get("evaluator"),
                }
            )
    made = records_of("", plan["study.id"], records)
    empty = pd.DataFrame(columns=["STUDYID", "RDOMAIN", "USUBJID", *COLUMNS], dtype="str")
    if made.empty:
        return empty
    made = made.assign(DOMAIN=domain).rename(columns={"DOMAIN": "RDOMAIN"})
    return made.sort_values(["USUBJID", "IDVARVAL", "QNAM"], kind="stable", ignore_index=True)


def derive_relations(links: list[Mapping[str, Any]], plan: Plan) -> pd.DataFrame:
    """RELREC: which domains belong together by their link identifiers."""
    records = [
        {
            "RDOMAIN": domain,
            "USUBJID": None,
            "IDVAR": f"{domain}LNKID",
            "IDVARVAL": None,
            "RELTYPE": link.get("type", {}).get(domain, "ONE"),
            "RELID": link["id"],
        }
        for link in links
        for domain in sorted(link["between"])
    ]
    return records_of("", plan["study.id"], records).drop(columns="DOMAIN")


def pieces_of(text: str) -> list[str]:
    """A text in pieces of at most 200 bytes, cut at single blanks, which are left out.

    A piece ends with no blank, so that the pieces joined by blanks are the text again. Where there
    is no blank to cut at, the rest stays whole and the writer of the file refuses it.
    """
    pieces = []
    while len(text) > VALUE_BYTES:
        cuts = [at for at in range(1, VALUE_BYTES + 1) if text[at] == " " and text[at - 1] != " "]
        if not cuts:
            break
        pieces.append(text[: cuts[-1]])
        text = text[cuts[-1] + 1 :]
    return [*pieces, text]


def cut_long_texts(domain: str, table: pd.DataFrame) -> pd.DataFrame:
    """The table with a text of more than 200 bytes in several variables: COVAL, COVAL1 ..."""
    name = LONG_TEXTS.get(domain, "")
    if name not in table.columns:
        return table
    pieces = table[name].map(lambda text: pieces_of(text) if isinstance(text, str) else [None])
    most = int(pieces.map(len).max()) if len(pieces) else 1
    columns = {
        f"{name}{number or ''}": pd.Series(
            [held[number] if number < len(held) else None for held in pieces],
            index=table.index,
            dtype="str",
        )
        for number in range(most)
    }
    return table.assign(**columns)
