import copy
import re

import numpy as np
import pandas as pd
import pikepdf
import pytest
from lxml import etree

from scripts.job import StepError
from scripts.package.data_types import text_types
from scripts.package.define.checks import check_leaves, check_references, check_schema
from scripts.package.define.elements import ARM, DEF, ODM, XLINK
from scripts.package.define.pages import with_pages
from scripts.package.describe_analyses import describe_analyses
from scripts.package.oids import value_oid, where_oid
from scripts.package.places import analysis_datasets
from scripts.package.transport import Transported
from scripts.package.write_define import (
    check_define,
    format_page,
    make_define,
    package_files,
    stylesheet,
    types_of,
)
from tests.package.made import made_index, made_plan, made_results, made_specification, made_tables

PLAN = made_plan() | {
    "programs": ["compare-proportions", "compare-imputed", "describe-subjects", "compute-design"]
}
SPACES = {"odm": ODM, "def": DEF, "arm": ARM}


def sent(specification):
    """Transport files that hold what the specification says, as they are read."""
    found = {}
    for dataset in specification["datasets"]:
        columns = {
            entry["name"]: np.ones(dataset["records"])
            if entry["type"] in ("integer", "float")
            else pd.Series(["Y"] * dataset["records"], dtype="str")
            for entry in dataset["variables"]
        }
        found[dataset["name"]] = Transported(
            table=pd.DataFrame(columns),
            name=dataset["name"],
            label=dataset["label"],
            labels={entry["name"]: entry["label"] for entry in dataset["variables"]},
            lengths={entry["name"]: entry["length"] for entry in dataset["variables"]},
            formats={},
        )
    return found


def described(specification, plan=PLAN):
    return describe_analyses(made_results(), made_tables(), {}, made_index(), specification, plan)


def full():
    """A specification with everything that one can have."""
    specification = made_specification()
    adresp = specification["datasets"][1]
    where = [{"dataset": "ADRESP", "variable": "PARAMCD", "comparator": "EQ", "values": ["HEAL"]}]
    adresp["variables"][2]["values"] = [
        {
            "where": where, "label": "Healed", "type": "text", "length": 1, "digits": None,
            "codelist": "NY", "method": "MT.ADRESP.AVALC.HEAL", "comment": "COM.ADRESP.HEAL",
            "origin": {"type": "Derived", "source": "Sponsor", "predecessor": None},
        },
        {
            "where": [{**where[0], "comparator": "NOTIN", "values": ["HEAL", "+"]},
                      {**where[0], "dataset": "ADSL", "variable": "ITTFL", "values": ["Y"]}],
            "label": "Others", "type": "float", "length": 8, "digits": 2, "codelist": "OWN",
            "method": None, "comment": None,
            "origin": {"type": "Predecessor", "source": None, "predecessor": "DM.ARMCD"},
        },
    ]  # fmt: skip
    adresp["note"] = "COM.ADRESP"
    adresp["variables"][0]["codelist"] = "MEDDRA"
    specification["methods"]["MT.ADRESP.AVALC.HEAL"] = {
        "name": "Healed", "type": "Imputation", "text": "As defined.",
        "program": "compare-proportions.txt",
    }  # fmt: skip
    specification["comments"] = {"COM.ADRESP.HEAL": "Read <this> & that.", "COM.ADRESP": "A note."}
    own = {"code": None, "extensible": True, "type": "float", "external": None}
    specification["codelists"] |= {
        "OWN": {**own, "name": "Our own", "terms": [
            {"value": "1.5", "decode": None, "code": None, "extended": True},
        ]},
        "MEDDRA": {**own, "name": "Dictionary", "type": "text", "terms": [],
                   "external": {"dictionary": "MedDRA", "version": "23.0"}},
    }  # fmt: skip
    specification["codelists"]["NY"]["terms"].append(
        {"value": "U", "decode": "Unknown", "code": None, "extended": True}
    )
    return specification


def made(specification=None, plan=PLAN):
    specification = specification or full()
    return make_define(specification, described(specification, plan), sent(specification), plan)


def found(content, path):
    return etree.fromstring(content).xpath(path, namespaces=SPACES)


def test_a_define_with_everything_in_it_is_valid_and_all_its_references_resolve():
    content = made()
    files = package_files(full(), PLAN)
    assert check_define(content, analysis_datasets(PLAN), files) == []
    for name in ("ValueListDef", "WhereClauseDef", "CommentDef", "leaf"):
        assert found(content, f"//def:{name}"), name
    assert len(found(content, "//arm:AnalysisResult")) == 4


def test_value_level_metadata_lead_to_items_of_their_own_with_where_clauses():
    content = made()
    references = found(content, "//def:ValueListDef[@OID='VL.ADRESP.AVALC']/odm:ItemRef")
    assert [one.get("OrderNumber") for one in references] == ["1", "2"]
    assert references[0].get("MethodOID") == "MT.ADRESP.AVALC.HEAL"
    clause = references[0][0].get("WhereClauseOID")
    assert clause == "WC.ADRESP.PARAMCD-EQ-HEAL"
    checks = found(content, f"//def:WhereClauseDef[@OID='{clause}']/odm:RangeCheck")
    assert [(c.get("Comparator"), c[0].text) for c in checks] == [("EQ", "HEAL")]
    (lists,) = found(
        content, "//odm:ItemDef[@OID='IT.ADRESP.AVALC']/def:ValueListRef/@ValueListOID"
    )
    assert lists == "VL.ADRESP.AVALC"


def test_a_clause_over_two_data_sets_says_how_they_are_joined():
    content = made()
    joined = found(content, "//def:WhereClauseDef[odm:RangeCheck/@def:ItemOID='IT.ADSL.ITTFL']")
    comments = {one.get(f"{{{DEF}}}CommentOID") for one in joined}
    assert comments == {"COM.JOIN", None}
    assert "USUBJID" in found(content, "string(//def:CommentDef[@OID='COM.JOIN'])")


def test_terms_have_the_codes_of_the_standard_and_the_sponsors_own_are_marked():
    content = made()
    (listed,) = found(content, "//odm:CodeList[@OID='CL.NY']")
    assert listed.get(f"{{{DEF}}}StandardOID") == "STD.CT"
    terms = {
        one.get("CodedValue"): (
            one.get(f"{{{DEF}}}ExtendedValue"),
            [alias.get("Name") for alias in one.findall(f"{{{ODM}}}Alias")],
        )
        for one in listed.findall(f"{{{ODM}}}CodeListItem")
    }
    assert terms == {"N": (None, ["C49487"]), "Y": (None, ["C49488"]), "U": ("Yes", [])}
    assert [one.get("Name") for one in listed.findall(f"{{{ODM}}}Alias")] == ["C66742"]
    (own,) = found(content, "//odm:CodeList[@OID='CL.OWN']")
    assert own.get(f"{{{DEF}}}IsNonStandard") == "Yes"
    assert own[0].tag == f"{{{ODM}}}EnumeratedItem"
    (external,) = found(content, "//odm:CodeList[@OID='CL.MEDDRA']/odm:ExternalCodeList")
    assert (external.get("Dictionary"), external.get("Version")) == ("MedDRA", "23.0")


def test_a_list_of_another_release_names_that_release():
    specification = full()
    specification["codelists"]["NY"]["package"] = "ADaM"
    content = made(specification)
    sets = found(content, "//def:Standard[@Type='CT']/@PublishingSet")
    assert sets == ["SDTM", "ADaM"]
    (listed,) = found(content, "//odm:CodeList[@OID='CL.NY']")
    assert listed.get(f"{{{DEF}}}StandardOID") == "STD.CT.ADaM"


def test_methods_lead_to_their_program_and_words_are_escaped():
    content = made()
    (method,) = found(content, "//odm:MethodDef[@OID='MT.ADRESP.AVALC.HEAL']")
    assert method.find(f"{{{DEF}}}DocumentRef").get("leafID") == "LF.PROG.compare-proportions"
    assert (
        found(content, "string(//def:CommentDef[@OID='COM.ADRESP.HEAL']//odm:TranslatedText)")
        == "Read <this> & that."
    )


def test_every_analysis_states_population_method_missing_data_and_program():
    content = made()
    (result,) = found(content, "//arm:AnalysisResult[@OID='AR.t_main.main']")
    text = "".join(result.find(f"{{{ARM}}}Documentation").itertext())
    for words in ("ITTFL = Y", "Fisher's test", "normal quantile", "Missing is failure."):
        assert words in text
    assert result.get("ParameterOID") == "IT.ADRESP.PARAMCD"
    assert found(content, "//arm:AnalysisResult[@OID='AR.t_main.main']//@leafID") == [
        "LF.DOC.sap",
        "LF.PROG.compare-proportions",
    ]
    reads = found(content, "string(//def:CommentDef[@OID='COM.READS.imputed'])")
    assert "completed data sets (heal_model)" in reads


def test_links_are_relative_and_lead_from_the_folder_to_the_file():
    hrefs = found(made(), f"//def:leaf/@*[namespace-uri()='{XLINK}']")
    assert "adsl.xpt" in hrefs and "adrg.pdf" in hrefs
    assert "../programs/compare-proportions.txt" in hrefs
    report = "../" * 5 + "53-clin-stud-rep/535-rep-effic-safety-stud/made/5351-stud-rep-contr/"
    assert f"{report}made-1/statistical-report.pdf" in hrefs
    assert not [href for href in hrefs if href.startswith("/") or "\\" in href]


def test_the_same_specification_gives_the_same_bytes_dated_by_the_data_cut():
    first = made()
    assert first == made()
    assert etree.fromstring(first).get("CreationDateTime") == "2020-02-29T00:00:00+00:00"
    assert format_page(first) == format_page(first)


def broken(content, change):
    root = etree.fromstring(content)
    change(root)
    return etree.tostring(root)


def first_of(root, path):
    return root.xpath(path, namespaces=SPACES)[0]


@pytest.mark.parametrize(
    "change",
    [
        lambda root: root.attrib.pop(f"{{{DEF}}}Context"),
        lambda root: first_of(root, "//odm:ItemGroupDef").attrib.pop("Repeating"),
        lambda root: first_of(root, "//odm:ItemDef").set("DataType", "number"),
        lambda root: first_of(root, "//odm:RangeCheck").set("Comparator", "LIKE"),
        lambda root: first_of(root, "//def:Origin").set("Type", "CRF"),
        lambda root: first_of(root, "//arm:AnalysisResult").attrib.pop("AnalysisPurpose"),
        lambda root: first_of(root, "//odm:MetaDataVersion").append(
            first_of(root, "//def:Standards")
        ),
    ],
    ids=["context", "repeating", "type", "comparator", "origin", "purpose", "order"],
)
def test_a_broken_copy_is_rejected_by_the_official_schema(change):
    content = made()
    assert check_schema(content) == []
    assert check_schema(broken(content, change))


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("//odm:ItemDef[@OID='IT.ADRESP.AVALC']", "no ItemDef IT.ADRESP.AVALC"),
        ("//odm:CodeList[@OID='CL.NY']", "no CodeList CL.NY"),
        ("//odm:MethodDef[@OID='MT.ADRESP.AVALC']", "no MethodDef MT.ADRESP.AVALC"),
        ("//def:ValueListDef", "no ValueListDef VL.ADRESP.AVALC"),
        ("//def:WhereClauseDef", "no WhereClauseDef WC."),
        ("//def:CommentDef[@OID='COM.ADRESP']", "no CommentDef COM.ADRESP"),
        ("//odm:ItemGroupDef[@OID='IG.ADSL']", "no ItemGroupDef IG.ADSL"),
        ("//odm:MetaDataVersion/def:leaf[1]", "no leaf LF.DOC.adrg"),
        ("//def:Standard[@OID='STD.CT']", "no Standard STD.CT"),
    ],
)
def test_a_reference_that_leads_nowhere_is_found(path, words):
    root = etree.fromstring(made())
    assert check_references(root) == []
    gone = first_of(root, path)
    gone.getparent().remove(gone)
    assert any(words in finding for finding in check_references(root))


def test_what_stands_twice_and_what_nothing_refers_to_is_found():
    root = etree.fromstring(made())
    method = first_of(root, "//odm:MethodDef")
    method.addnext(copy.deepcopy(method))
    other = copy.deepcopy(method)
    other.set("OID", "MT.UNUSED")
    method.addnext(other)
    assert check_references(root) == [
        f"MethodDef {method.get('OID')}: stands 2 times",
        "MethodDef MT.UNUSED: nothing refers to it",
    ]


def test_a_link_to_a_file_that_the_package_does_not_make_is_found():
    root = etree.fromstring(made())
    folder = analysis_datasets(PLAN)
    files = package_files(full(), PLAN)
    assert check_leaves(root, folder, files) == []
    gone = {path for path in files if not path.endswith("adrg.pdf")}
    assert check_leaves(root, folder, gone) == [
        f"leaf LF.DOC.adrg: the package makes no {folder}/adrg.pdf"
    ]


def test_a_program_that_is_not_among_those_of_the_package_stops_the_step():
    with pytest.raises(StepError, match=r"makes no .*programs/compare-proportions\.txt"):
        made(plan=PLAN | {"programs": ["compute-design", "compare-imputed", "describe-subjects"]})


def test_a_renamed_variable_is_renamed_everywhere_or_stops_the_step():
    specification = full()
    for entry in specification["datasets"][1]["variables"]:
        if entry["name"] == "ADT":
            entry["name"] = "ASTDT"
    content = made(specification)
    assert b"ASTDT" in content and not re.search(rb"\bADT\b", content)
    for entry in specification["datasets"][1]["variables"]:
        if entry["name"] == "AVALC":
            entry["name"] = "AVALX"
    with pytest.raises(StepError, match=r"ADRESP\.AVALC, which is not sent"):
        made(specification)


def test_a_data_set_that_is_described_and_not_sent_stops_the_step():
    specification = full()
    held = sent(specification)
    del held["ADRESP"]
    with pytest.raises(StepError, match="ADRESP: described and not sent"):
        make_define(specification, described(specification), held, PLAN)


@pytest.mark.parametrize("what", ["label", "length", "order", "records"])
def test_a_transport_file_that_is_not_as_described_stops_the_step(what):
    specification = full()
    held = sent(specification)
    changed = copy.deepcopy(specification)
    dataset = changed["datasets"][0]
    if what == "order":
        dataset["variables"].reverse()
    elif what == "records":
        dataset["records"] += 1
    else:
        dataset["variables"][0][what] = {"label": "Another", "length": 99}[what]
    with pytest.raises(StepError, match="not as the transport files"):
        make_define(changed, described(changed), held, PLAN)


def test_a_changed_filter_changes_the_where_clause():
    plan = copy.deepcopy(PLAN)
    plan["analyses"]["analyses"]["main"]["subset"] = {"variable": "ARMCD", "is": "NEW"}
    content = made(plan=plan)
    (clause,) = found(
        content,
        "//arm:AnalysisResult[@OID='AR.t_main.main']//arm:AnalysisDataset[@ItemGroupOID='IG.ADSL']"
        "/def:WhereClauseRef/@WhereClauseOID",
    )
    checks = found(content, f"//def:WhereClauseDef[@OID='{clause}']/odm:RangeCheck")
    assert [one.get(f"{{{DEF}}}ItemOID") for one in checks] == ["IT.ADSL.ITTFL", "IT.ADSL.ARMCD"]


def test_a_data_set_without_records_says_so():
    specification = full()
    specification["datasets"][0]["records"] = 0
    content = made(specification)
    (empty,) = found(content, "//odm:ItemGroupDef[@OID='IG.ADSL']")
    assert empty.get(f"{{{DEF}}}HasNoData") == "Yes"
    assert empty.get(f"{{{DEF}}}CommentOID") == "COM.EMPTY.ADSL"


def test_tabulations_have_a_domain_forms_and_no_analyses():
    specification = made_specification()
    specification |= {"standard": "SDTMIG", "version": "3.4"}
    first, second, _ = specification["datasets"]
    specification["datasets"] = [first, second]
    first |= {"name": "AE", "class": "EVENTS", "purpose": "Tabulation"}
    second |= {"name": "SUPPAE", "class": "RELATIONSHIP", "purpose": "Tabulation"}
    first["variables"][1] |= {"name": "AESTDTC", "label": "Start"}
    content = make_define(specification, None, sent_dates(specification), PLAN)
    assert found(content, "//odm:ItemGroupDef/@Domain") == ["AE", "AE"]
    assert found(content, "//def:AnnotatedCRF/def:DocumentRef/@leafID") == ["LF.DOC.acrf"]
    assert found(content, "//arm:*") == []
    (start,) = found(content, "//odm:ItemDef[@Name='AESTDTC']")
    assert (start.get("DataType"), start.get("Length")) == ("partialDate", None)


def test_what_was_collected_leads_to_the_forms_it_was_asked_on():
    specification = made_specification() | {"standard": "SDTMIG", "version": "3.4"}
    collected = {"type": "Collected", "source": "Investigator", "predecessor": None}
    for dataset in specification["datasets"]:
        dataset["purpose"] = "Tabulation"
    specification["datasets"][0]["variables"][1]["origin"] = collected
    pages = {("ADSL", "ARMCD"): ["form-a", "form-b"], ("ADSL", "ITTFL"): ["form-c"]}
    paged = with_pages(specification, pages)
    content = make_define(paged, None, sent(paged), PLAN)
    references = found(
        content, "//def:Origin/def:DocumentRef[@leafID='LF.DOC.acrf']/def:PDFPageRef"
    )
    # ITTFL is derived: that a form has a field of its name makes it no collected variable.
    assert [one.get("PageRefs") for one in references] == ["form-a form-b"]
    assert references[0].get("Type") == "NamedDestination"


def test_a_value_was_collected_on_the_forms_of_its_variable():
    where = [{"dataset": "LB", "variable": "LBTESTCD", "comparator": "EQ", "values": ["X"]}]
    collected = {"type": "Collected", "source": "Investigator", "predecessor": None}
    entry = {
        "name": "LBORRES",
        "origin": collected,
        "values": [{"where": where, "origin": collected}],
    }
    specification = {"datasets": [{"name": "LB", "variables": [entry]}]}
    paged = with_pages(specification, {("LB", "LBORRES"): ["form-a"]})
    assert paged["datasets"][0]["variables"][0]["values"][0]["origin"]["pages"] == ["form-a"]
    assert "pages" not in collected


def sent_dates(specification):
    held = sent(specification)
    held["AE"].table["AESTDTC"] = pd.Series(["2020-01-01", "2020-01", None], dtype="str")
    assert types_of(specification, held)["AE"] == {"AESTDTC": "partialDate"}
    return held


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["2020-01-01"], "date"),
        (["2020-01-01", "2020"], "partialDate"),
        (["2020-01-01T10:00:00"], "datetime"),
        (["2020-01-01T10:00", "2020-01-01"], "partialDatetime"),
        (["2020-01-01", "--03-01"], "incompleteDatetime"),
        ([], "date"),
    ],
)
def test_a_date_as_text_has_the_narrowest_type_that_fits_all(values, kind):
    table = pd.DataFrame({"XXDTC": pd.Series(values, dtype="str")})
    assert text_types(table, {"XXDTC": "text"}) == {"XXDTC": kind}


def test_where_clauses_that_differ_have_different_names():
    def one(value):
        return [{"dataset": "ADX", "variable": "AVAL", "comparator": "GE", "values": [value]}]

    assert len({where_oid("ADX", one(value)) for value in ("1", "-1", "+1", "1.0", "")}) == 5
    assert value_oid("ADX", "AVAL", one("1")) == "IT.ADX.AVAL.AVAL-GE-1"


def test_the_page_is_whole_without_a_network_or_the_stylesheet():
    page = format_page(made()).decode()
    assert "Healed" in page and "Fisher" in page
    assert not re.search(r"<(?:script|img|link|iframe)[^>]*(?:src|href)=", page)
    assert stylesheet().startswith(b"<?xml")


def test_both_defines_of_the_embedded_trial_are_valid_and_name_only_files_that_are_there(package):
    root = package.parents[1]
    for path in sorted(package.rglob("define.xml")):
        folder = str(path.parent.relative_to(root))
        files = {str(one.relative_to(root)) for one in package.rglob("*") if one.is_file()}
        assert check_define(path.read_bytes(), folder, files) == []
        assert (path.parent / "define.html").read_bytes() == format_page(path.read_bytes())


def test_every_place_of_the_forms_that_is_named_is_in_the_annotated_crf(package):
    (crf,) = package.rglob("acrf.pdf")
    with pikepdf.open(crf) as document:
        names = pikepdf.NameTree(document.Root.Names.Dests)
        places = {str(name) for name in names}
    named = found((crf.parent / "define.xml").read_bytes(), "//def:PDFPageRef/@PageRefs")
    assert len(named) > 30
    assert {place for one in named for place in one.split()} <= places
