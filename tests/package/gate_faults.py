"""One fault for each rule of the gate, planted in the small valid package."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd

from scripts.package.gate.held import Package
from tests.package.made_package import START, TWO

Tables = dict[str, pd.DataFrame]
Plant = Callable[[Any], Any]


def cell(name: str, row: int, **values: Any) -> Plant:
    """Other values in one record of a data set, before it is written."""

    def plant(tables: Tables) -> None:
        for column, value in values.items():
            held = tables[name][column]
            if isinstance(value, str):
                held = held.astype("object")
            tables[name][column] = held.where(held.index != row, value)

    return plant


def column(name: str, **values: Any) -> Plant:
    """A whole variable of other values, made where it is not there."""

    def plant(tables: Tables) -> None:
        tables[name] = tables[name].assign(**values)

    return plant


def without(name: str, *columns: str) -> Plant:
    def plant(tables: Tables) -> None:
        tables[name] = tables[name].drop(columns=list(columns))

    return plant


def drop(name: str) -> Plant:
    def plant(tables: Tables) -> None:
        del tables[name]

    return plant


def rows(name: str, *order: int) -> Plant:
    """The records of these places, in this order; one may stand twice."""

    def plant(tables: Tables) -> None:
        tables[name] = tables[name].iloc[list(order)].reset_index(drop=True)

    return plant


def both(*plants: Plant) -> Plant:
    def plant(tables: Tables) -> None:
        for one in plants:
            one(tables)

    return plant


def sent(name: str, /, **fields: Any) -> Plant:
    """Something else in what was read from a data set's file."""

    def plant(package: Package) -> None:
        held = package.datasets[name]
        package.datasets[name] = replace(held, sent=replace(held.sent, **fields))

    return plant


def in_sent(name: str, what: str, key: str, value: Any) -> Plant:
    """Another length, label or format of one variable in what was read from a file."""

    def plant(package: Package) -> None:
        getattr(package.datasets[name].sent, what)[key] = value

    return plant


def told(name: str, /, **entries: Any) -> Plant:
    """Something else in the specification of a data set."""
    return lambda package: package.datasets[name].described.update(entries)


def told_of(name: str, variable: str, /, **entries: Any) -> Plant:
    """Something else in the specification of one variable."""

    def plant(package: Package) -> None:
        described = package.datasets[name].described["variables"]
        next(entry for entry in described if entry["name"] == variable).update(entries)

    return plant


def defined(name: str, /, **entries: Any) -> Plant:
    """Something else in define.xml of a data set."""

    def plant(package: Package) -> None:
        package.defines[package.datasets[name].standard]["datasets"][name].update(entries)

    return plant


def defined_of(name: str, variable: str, /, **entries: Any) -> Plant:
    """Something else in define.xml of one variable."""

    def plant(package: Package) -> None:
        define = package.defines[package.datasets[name].standard]["datasets"][name]
        next(entry for entry in define["variables"] if entry["name"] == variable).update(entries)

    return plant


def no_define(standard: str) -> Plant:
    return lambda package: package.defines.update({standard: None})


def one_more_told(package: Package) -> None:
    described = package.specifications["sdtm"]["datasets"]
    described.append({**described[0], "name": "XX", "variables": []})


def one_more_defined(package: Package) -> None:
    package.defines["sdtm"]["datasets"]["XX"] = {"label": "", "file": "xx.xpt", "variables": []}


def added_term(package: Package) -> None:
    term = {"value": "U", "decode": "Unknown", "code": None, "extended": True}
    package.specifications["sdtm"]["codelists"]["SEX"]["terms"].append(term)
    package.defines["sdtm"]["codelists"]["CL.SEX"]["values"].append("U")


def lost_term(package: Package) -> None:
    package.defines["sdtm"]["codelists"]["CL.OUT"]["values"].remove("GONE")


def text_of(name: str, variable: str, row: int, value: str) -> Plant:
    """Another text than a strict writer lets through, in what was read from a file."""

    def plant(package: Package) -> None:
        package.datasets[name].sent.table.loc[row, variable] = value

    return plant


def other_value_list(package: Package) -> None:
    described = package.datasets["ADLB"].described["variables"]
    values = next(entry["values"] for entry in described if entry["values"])
    values[0]["where"] = [{**values[0]["where"][0], "values": ["NONE"]}]


def other_folder(package: Package) -> None:
    object.__setattr__(package, "folder", "another-study")


def keyed(name: str, *keys: str) -> Plant:
    """Other keys, in the specification and in define.xml."""
    parts = [told(name, keys=list(keys))]
    parts += [defined_of(name, key, key=place) for place, key in enumerate(keys, start=1)]
    return both(*parts)


def everywhere(name: str, variable: str, /, **entries: Any) -> Plant:
    """A label, length or format of one variable in file, specification and define.xml."""
    parts = [told_of(name, variable, **entries), defined_of(name, variable, **entries)]
    parts += [in_sent(name, f"{what}s", variable, value) for what, value in entries.items()]
    return both(*parts)


def second_time(tables: Tables) -> None:
    """A second time of a parameter, which the keys tell apart."""
    rows("ADTTE", 0, 0, 1)(tables)
    cell("ADTTE", 1, ADT=START + 2, AVAL=3.0, SRCVAR=None)(tables)


def another_name(tables: Tables) -> None:
    tables["XXAE"] = tables.pop("ADAE")


NO_BASELINE = {"BASE": None, "BASEC": None, "CHG": None, "PCHG": None}

# The fault in the tables, before they are described and written.
IN_TABLES: dict[str, Plant] = {
    "TT0101": drop("TS"),
    "TT0102": cell("TS", 1, TSVAL="January"),
    "TT0106": cell("SUPPAE", 0, STUDYID="ABC-02"),
    "TT0117": cell("ADAE", 0, ASTDT=START + 1.5, ASTDY=2.5),
    "TT0118": rows("IE"),
    "TT0207": rows("TE", 0, 0),
    "TT0208": rows("AE", 1, 0),
    "TT0210": cell("AE", 0, AESER="U"),
    "TT0211": cell("AE", 0, AEOUT="LOST"),
    "TT0301": without("SUPPAE", "STUDYID"),
    "TT0302": cell("AE", 0, AEDECOD=None),
    "TT0303": cell("LB", 0, DOMAIN="XX"),
    "TT0304": cell("IE", 0, USUBJID="ABC-01-009"),
    "TT0305": both(rows("DM", 0, 0, 1, 2), cell("DM", 1, SUBJID="004")),
    "TT0306": both(rows("IE", 0, 0), cell("IE", 1, IESTRESC="Y")),
    "TT0307": cell("IE", 0, IESEQ=0.0),
    "TT0308": cell("AE", 1, AEENDTC="2021-13"),
    "TT0309": cell("TE", 0, TEDUR="4 weeks"),
    "TT0310": column("LB", VISITDY=0.0),
    "TT0311": cell("LB", 1, LBDY=9.0),
    "TT0312": cell("DM", 0, RFENDTC="2021-01-01"),
    "TT0313": cell("LB", 1, LBLOBXFL="N"),
    "TT0314": both(cell("IE", 0, IETESTCD="1N01"), cell("TI", 0, IETESTCD="1N01")),
    "TT0315": cell("LB", 3, LBTEST="Glukose"),
    "TT0316": cell("LB", 1, LBSTRESC="6.6"),
    "TT0317": cell("LB", 3, LBORRES="4"),
    "TT0318": cell("LB", 0, LBREASND="LOST"),
    "TT0319": cell("LB", 1, LBSTRESU="mg/dL"),
    "TT0320": cell("AE", 0, AESHOSP="Y"),
    "TT0321": cell("LB", 1, VISIT="Start"),
    "TT0322": both(rows("TA", 0, 0), cell("TA", 1, ARM="Activ", TAETORD=2.0)),
    "TT0323": cell("DM", 2, ARMNRS=None),
    "TT0324": both(cell("DM", 1, DTHFL=None), without("ADSL", "DTHFL")),
    "TT0325": cell("SUPPAE", 0, IDVARVAL="9"),
    "TT0326": both(rows("SUPPAE", 0, 0), cell("SUPPAE", 1, USUBJID=TWO, QLABEL="Place")),
    "TT0327": cell("SUPPAE", 0, QNAM="1SITE"),
    "TT0328": cell("TA", 0, ETCD="OTHER"),
    "TT0329": cell("AE", 0, EPOCH="AFTER"),
    "TT0330": both(cell("DM", 0, ARMCD="B"), cell("DM", 1, ARMCD="B")),
    "TT0331": cell("IE", 0, IETESTCD="IN09"),
    "TT0332": cell("TS", 0, TSVALNF=None),
    "TT0401": another_name,
    "TT0402": without("ADAE", "STUDYID"),
    "TT0403": both(without("ADTTE", "AVALU"), cell("ADTTE", 0, PARAMCD=None, PARAM=None)),
    "TT0404": cell("ADLB", 2, USUBJID="ABC-01-009", **NO_BASELINE),
    "TT0405": cell("ADAE", 0, TRT01P="Other"),
    "TT0406": column("ADSL", OLDFL="Q"),
    "TT0407": cell("ADLB", 1, ANL01FL="N"),
    "TT0408": cell("ADSL", 2, ITTFN=1.0),
    "TT0409": column("ADAE", XXSTDY=0.0),
    "TT0410": cell("ADAE", 0, ASTDY=3.0),
    "TT0411": cell("ADAE", 0, AENDT=START, AENDY=1.0),
    "TT0501": both(rows("ADSL", 0, 0, 1, 2), cell("ADSL", 1, AGE=50.0)),
    "TT0502": rows("ADSL", 0, 1),
    "TT0503": cell("ADSL", 0, SITEID="02"),
    "TT0504": without("ADSL", "RACE"),
    "TT0505": cell("ADSL", 2, ITTFL=None, ITTFN=None),
    "TT0506": both(
        cell("ADSL", 1, TRT01P="Other", TRT01PN=2.0),
        cell("ADTTE", 1, TRT01P="Other"),
        cell("ADAE", 1, TRT01P="Other"),
    ),
    "TT0507": both(cell("ADSL", 1, DTHFL=None), without("DM", "DTHFL")),
    "TT0508": both(cell("ADSL", 1, DTHDT=START + 15), cell("ADTTE", 1, ADT=START + 15, AVAL=16.0)),
    "TT0601": column("ADTTE", PARAMCD="1TTE"),
    "TT0602": cell("ADTTE", 1, PARAM="Other time"),
    "TT0603": without("ADTTE", "AVAL"),
    "TT0604": without("ADTTE", "PARAM"),
    "TT0605": cell("ADLB", 1, AVALC="5"),
    "TT0606": cell("ADLB", 2, ABLFL="Y"),
    "TT0607": cell("ADLB", 1, BASE=4.0, CHG=6.5 - 4.0, PCHG=100 * (6.5 - 4.0) / 4.0),
    "TT0608": cell("ADLB", 1, BASEC="9"),
    "TT0609": cell("ADLB", 1, CHG=1.5 + 2**-40),
    "TT0610": cell("ADLB", 1, PCHG=30.5),
    "TT0611": cell("ADLB", 1, AVALU="mg/dL"),
    "TT0612": cell("ADLB", 1, CHG=None),
    "TT0701": cell("ADTTE", 1, CNSR=1.5),
    "TT0702": cell("ADTTE", 0, EVNTDESC=None),
    "TT0703": cell("ADTTE", 1, CNSDTDSC=None),
    "TT0704": cell("ADTTE", 1, AVAL=None),
    "TT0705": cell("ADTTE", 0, STARTDT=START + 2, AVAL=0.0),
    "TT0706": second_time,
    "TT0707": cell("ADTTE", 0, AVAL=5.0),
    "TT0801": cell("ADAE", 1, TRTEMFL="Y"),
    "TT0802": without("ADAE", "AETERM"),
    "TT0901": cell("ADTTE", 1, SRCDOM="XX"),
    "TT0902": cell("ADTTE", 0, SRCVAR="AEXX"),
    "TT0903": cell("ADTTE", 0, SRCSEQ=9.0),
    "TT0904": cell("ADTTE", 1, SRCDOM=None, SRCVAR=None),
    "TT0905": cell("ADAE", 0, AETERM="Cough"),
    "TT0906": cell("ADTTE", 0, ADT=START + 2, AVAL=3.0),
    "TT0908": both(
        cell("LB", 0, LBSTRESN=5.5, LBSTRESC="5.5"), cell("LB", 1, LBSTRESN=6.5, LBSTRESC="6.5")
    ),
    "TT0907": without("ADTTE", "SRCVAR"),
}

# The fault in what was read back, or in what describes it.
AFTERWARDS: dict[str, Plant] = {
    "TT0103": other_folder,
    "TT0104": no_define("sdtm"),
    "TT0105": no_define("adam"),
    "TT0111": sent("AE", name="AX"),
    "TT0112": both(sent("AE", label=""), told("AE", label=""), defined("AE", label="")),
    # Two bytes for one letter, so that the length stays.
    "TT0113": text_of("LB", "LBREASND", 3, "LO\u00e9"),
    "TT0114": everywhere("AE", "AETERM", length=99),
    "TT0115": everywhere("ADSL", "TRTSDT", format=""),
    "TT0116": everywhere("ADSL", "TRTSDT", format="MYDATE9."),
    "TT0119": everywhere("TA", "EPOCH", label="Another label"),
    "TT0120": everywhere("ADAE", "AETERM", label="Another label"),
    "TT0201": one_more_told,
    "TT0202": told_of("AE", "AETERM", name="AEXXX"),
    "TT0203": told("AE", label="Another label"),
    "TT0204": told_of("AE", "AETERM", length=99),
    "TT0205": told_of("ADSL", "TRTSDT", format="DATE7."),
    "TT0206": told("AE", records=99),
    "TT0209": told_of("AE", "AEENDY", mandatory=True),
    "TT0212": added_term,
    "TT0213": other_value_list,
    "TT0221": one_more_defined,
    "TT0222": defined("AE", file="ax.xpt"),
    "TT0223": defined("AE", label="Another label"),
    "TT0224": defined_of("AE", "AETERM", length=99),
    "TT0225": defined_of("AE", "AESEQ", key=None),
    "TT0226": lost_term,
    "TT0305": keyed("DM", "USUBJID", "SUBJID"),
    "TT0306": keyed("IE", "USUBJID", "IESEQ", "IESTRESC"),
    "TT0501": keyed("ADSL", "USUBJID", "AGE"),
    "TT0706": keyed("ADTTE", "USUBJID", "PARAMCD", "AVAL"),
}
