"""The way back: from the SDTM transport files that were sent to the internal domains.

What is sent may have more variables, records of planned visits outside of the mapping, and other
texts for the same values; each of these is undone here. Where a record came from in the raw files
is not sent: a restored record says instead which record of which transport file it is.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from scripts.package.sdtm.standard import LONG_TEXTS, followers
from scripts.package.transport import Transported, read_transport
from scripts.tables import DTYPES, Contract, type_of

# Where a record came from in the raw files is ours to know; the standard has no variable for it.
OURS = ("SRCFILE", "SRCROW")
# Made for every record, and therefore not named in the mapping.
ALWAYS = ("STUDYID", "DOMAIN", "USUBJID")
SHOWN = 5


def inverse(pairs: Mapping[Any, str]) -> dict[str, Any]:
    """The pairs turned around. Raises ValueError where two have the same second part."""
    turned = {sent: internal for internal, sent in pairs.items()}
    if len(turned) != len(pairs):
        twice = sorted({sent for sent in pairs.values() if list(pairs.values()).count(sent) > 1})
        raise ValueError(f"sent for two different texts: {', '.join(twice)}")
    return turned


def variables_of(domain: str, contract: Contract, mapping: Mapping[str, Any]) -> list[str]:
    """The variables of an internal domain in their order: mapped, or required by its contract."""
    blocks = mapping["domains"][domain]["records"]
    made = {name for block in blocks for name in block["variables"]} | {*ALWAYS, *OURS}
    made |= {f"{domain}SEQ"} | ({"SUBJID"} if domain == "DM" else set())
    return [
        name for name, column in contract.columns.items() if name in made or column.get("required")
    ]


def added_visits(plan: Mapping[str, Any]) -> list[int]:
    """The numbers of planned visits that the mapping makes no SV record of."""
    return [visit["VISITNUM"] for visit in plan["submission"]["sdtm"].get("visits", [])]


def qualified(domain: str, table: pd.DataFrame, supplement: pd.DataFrame) -> pd.DataFrame:
    """A domain with the variables that its supplemental qualifiers hold, as text."""
    for (name, by), rows in supplement.groupby(["QNAM", "IDVAR"], sort=True, dropna=False):
        if pd.isna(by):
            values = table["USUBJID"].map(rows.set_index("USUBJID")["QVAL"])
        else:
            number = table[by].map(lambda value: f"{value:g}" if value == value else "")
            known = dict(
                zip(zip(rows["USUBJID"], rows["IDVARVAL"], strict=True), rows["QVAL"], strict=True)
            )
            pairs = zip(table["USUBJID"], number, strict=True)
            values = pd.Series([known.get(pair) for pair in pairs], index=table.index, dtype="str")
        table = table.assign(**{str(name): values})
    return table


def whole_texts(domain: str, table: pd.DataFrame) -> pd.DataFrame:
    """Texts of more than 200 bytes put together again: COVAL and what follows it in COVAL1 ..."""
    name = LONG_TEXTS.get(domain, "")
    if name not in table.columns:
        return table
    following = followers(name, table.columns)
    text = table[name]
    for column in following:
        text = text.where(table[column].isna(), text + " " + table[column])
    return table.assign(**{name: text}).drop(columns=following)


def sent_values(domain: str, plan: Mapping[str, Any]) -> dict[str, list[Mapping[str, Any]]]:
    """By variable, the texts that are sent for the values of a domain: {internal, sent}, ..."""
    return plan["submission"]["sdtm"].get("values", {}).get(domain, {})


def internal_values(values: pd.Series, pairs: list[Mapping[str, Any]]) -> pd.Series:
    """The values of the domain for the texts that were sent; null where nothing was known."""
    back = inverse({pair["internal"]: pair["sent"] for pair in pairs})
    unknown = [sent for sent, internal in back.items() if internal is None]
    known = {sent: internal for sent, internal in back.items() if internal is not None}
    return values.mask(values.isin(unknown)).replace(known)


def _turned_back(domain: str, table: pd.DataFrame, plan: Mapping[str, Any]) -> pd.DataFrame:
    back = inverse(plan["submission"].get("translations", {}))
    for name in table.columns:
        if back and type_of(table[name]) == "text":
            table = table.assign(**{name: table[name].replace(back)})
    changed = {
        name: internal_values(table[name], pairs)
        for name, pairs in sent_values(domain, plan).items()
        if name in table.columns
    }
    return table.assign(**changed)


def restore_domain(
    held: Transported,
    supplement: pd.DataFrame | None,
    contract: Contract,
    plan: Mapping[str, Any],
) -> pd.DataFrame:
    """One internal domain under its contract, from what its transport files hold."""
    domain, table = contract.name, held.table
    own = {"SRCFILE": f"{domain.lower()}.xpt", "SRCROW": range(1, len(table) + 1)}
    table = whole_texts(domain, table.assign(**own))
    if domain == "SV":
        table = table[~table["VISITNUM"].isin(added_visits(plan))].reset_index(drop=True)
    if supplement is not None:
        table = qualified(domain, table, supplement)
    table = _turned_back(domain, table, plan)
    names = variables_of(domain, contract, plan["sdtm"])
    absent = [name for name in names if name not in table.columns]
    # A variable without any value is not sent where the standard lets it go.
    table = table.assign(**{name: pd.Series(None, index=table.index) for name in absent})
    return table[names].astype({name: DTYPES[contract.columns[name]["type"]] for name in names})


def restore_domains(
    files: Mapping[str, bytes], contracts: Mapping[str, Contract], plan: Mapping[str, Any]
) -> dict[str, pd.DataFrame]:
    """The internal domains from the transport files that were sent.

    Parameters
    ----------
    files : the bytes of the transport files by file stem, dm, suppdm, ...
    contracts : the contract of each internal domain by its lower-case name.
    plan : the sections submission and sdtm (the mapping says which variables a domain has).

    SRCFILE is the name of the transport file, SRCROW the number of the record in it.
    Raises KeyError where the file of a mapped domain is not there.
    """
    domains = {}
    for domain in plan["sdtm"]["domains"]:
        stem = domain.lower()
        supplement = files.get(f"supp{stem}")
        domains[stem] = restore_domain(
            read_transport(files[stem]),
            None if supplement is None else read_transport(supplement).table,
            contracts[stem],
            plan,
        )
    return domains


def check_restored(
    domains: Mapping[str, pd.DataFrame], restored: Mapping[str, pd.DataFrame]
) -> Iterator[str]:
    """Where restored domains differ from those that were sent, but for where records came from."""
    for name, table in domains.items():
        ours = table.drop(columns=list(OURS), errors="ignore")
        theirs = restored[name].drop(columns=list(OURS), errors="ignore")
        if list(ours.columns) != list(theirs.columns) or len(ours) != len(theirs):
            yield f"{name}: other variables or another number of records come back"
            continue
        for column in ours.columns:
            left, right = ours[column], theirs[column]
            same = (left == right).fillna(False).astype(bool) | (left.isna() & right.isna())
            for row in same.index[~same][:SHOWN]:
                yield (
                    f"{name}, record {row + 1}: {column} {left[row]!r} would come back as "
                    f"{right[row]!r}; give it a text of its own in config/submission.yaml"
                )
