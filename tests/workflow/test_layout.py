"""The house keeps its own rules: rooms, names, headers, and no word of a trial in the code."""

import ast
import re
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[2]
RULE_FILES = sorted(path for path in (PROJECT / "rules").glob("*.smk") if path.stem != "common")
PLANS = [PROJECT / "config", PROJECT / "tests" / "workflow" / "second_trial" / "config"]


def rules_of(path: Path) -> dict[str, str]:
    """The text of every rule of a file by its name."""
    parts = re.split(r"^\s*rule (\w+):", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


RULES = {name: (path, text) for path in RULE_FILES for name, text in rules_of(path).items()}


@pytest.mark.parametrize("name", RULES)
def test_a_rule_has_the_name_of_its_script_its_log_its_seal_and_its_test(name):
    path, text = RULES[name]
    stage = path.stem
    assert f'"../scripts/{stage}/{name}.py"' in text
    assert f'"results/logs/{stage}/{name}.log"' in text
    assert f'"results/{stage}/seals/{name}.json"' in text
    assert f'code_of("{stage}.{name}")' in text
    assert f'"../envs/{stage}.yaml"' in text
    assert (PROJECT / "tests" / stage / f"test_{name}.py").exists()


@pytest.mark.parametrize("name", RULES)
def test_a_rule_writes_only_in_the_folder_of_its_stage(name):
    path, text = RULES[name]
    output = text.split("output:")[1].split("log:")[0]
    written = re.findall(r'"(results/[^"]+)"', output)
    assert written
    assert all(item.startswith(f"results/{path.stem}/") for item in written)


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda path: path.stem)
def test_no_rule_runs_shell_glue_or_inline_code(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"^\s+(run|shell):", text, re.MULTILINE)
    assert "lambda" not in text


def header_paths(text: str, title: str) -> set[str]:
    """The result paths that the head of a rules file lists under a title."""
    head = text.split("\nrule ")[0].split("\nif ")[0]
    block = re.search(rf"^# {title}:\n((?:#   .*\n)+)", head, re.MULTILINE)
    return set(re.findall(r"^#   (results/\S+)", block.group(1), re.MULTILINE)) if block else set()


def literal_paths(texts: list[str], start: str, end: str) -> set[str]:
    found: set[str] = set()
    for text in texts:
        part = text.split(f"{start}:\n")[1].split(f"{end}:\n")[0]
        found |= set(re.findall(r'"(results/[^"]+)"', part))
    return {re.sub(r"\{\w+\}", "*", path) for path in found if "/seals/" not in path}


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda path: path.stem)
def test_the_head_of_a_stage_says_what_it_takes_and_gives(path):
    text = path.read_text(encoding="utf-8")
    rules = list(rules_of(path).values())
    own = f"results/{path.stem}/"
    takes = {p for p in literal_paths(rules, "input", "output") if not p.startswith(own)}
    assert header_paths(text, "Takes") == takes
    assert header_paths(text, "Gives") == literal_paths(rules, "output", "log")


def plan_words(folder: Path) -> set[str]:
    """Names that only this trial knows: arms, visits, endpoints, raw columns, drugs."""
    plan = {path.stem: yaml.safe_load(path.read_text()) for path in folder.glob("*.yaml")}
    words = {arm[key] for arm in plan["trial"]["arms"] for key in ("code", "label", "short")}
    words |= {visit["VISIT"] for visit in plan["trial"]["visits"]}
    words |= set(plan["endpoints"]["endpoints"])
    words |= {e["label"] for e in plan["endpoints"]["endpoints"].values()}
    words |= {p for s in plan["measurements"]["sets"].values() for p in s["parameters"]}
    words |= {
        str(word)
        for codes in plan["sdtm"]["codelists"].values()
        for entry in codes["codes"]
        for word in (entry.get("to"), entry.get("decode"))
        if word is not None and len(str(word)) > 5
    }
    return {word for word in words if len(word) > 1}


# Words of a plan that are the field's own, not the trial's.
FIELD_WORDS = {
    "Baseline",
    "Start",
    "Completed treatment",
    "COMPLETED",
    "DISCONTINUED",
    "SCREEN FAILURE",
    "NOT DONE",
    "UNKNOWN",
    "ADVERSE EVENT",
}


def code_words() -> dict[Path, str]:
    """The strings and names of all code, docstrings included, comments too."""
    files = [*(PROJECT / "scripts").rglob("*.py"), *(PROJECT / "rules").glob("*.smk")]
    files += [*(PROJECT / "scripts").rglob("*.j2"), *(PROJECT / "scripts").rglob("*.html")]
    return {path: path.read_text(encoding="utf-8") for path in [*files, PROJECT / "Snakefile"]}


@pytest.mark.parametrize("folder", PLANS, ids=["embedded", "second"])
def test_no_word_of_a_trial_stands_in_the_code(folder):
    words = plan_words(folder) - FIELD_WORDS
    assert len(words) > 10
    pattern = re.compile(r"(?<![\w-])(" + "|".join(map(re.escape, sorted(words))) + r")(?![\w-])")
    found = {
        f"{path.relative_to(PROJECT)}: {match}"
        for path, text in code_words().items()
        for match in pattern.findall(text)
    }
    assert found == set()


def test_no_drug_or_disease_stands_in_the_code():
    pattern = re.compile(r"rituximab|tretinoin|\bATRA\b|platelet|thrombocyt|\bPLAT\b|itch", re.I)
    found = {
        f"{path.relative_to(PROJECT)}: {match}"
        for path, text in code_words().items()
        for match in re.findall(r"\b\w*(?:" + pattern.pattern + r")\w*\b", text, re.I)
        if match.lower() not in {"switch", "switched"}
    }
    assert found == set()


def test_only_a_door_knows_snakemake_and_no_step_reads_its_config():
    for path in (PROJECT / "scripts").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "snakemake.config" not in text, path
        if path.parent.name != "scripts":
            before_door = text.split('if __name__ == "__main__":')[0]
            tree = ast.parse(before_door)
            names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
            assert "snakemake" not in names, path


def test_every_folder_of_scripts_has_a_sign():
    for folder in {path.parent for path in (PROJECT / "scripts").rglob("*.py")}:
        sign = (folder / "__init__.py").read_text(encoding="utf-8")
        assert ast.get_docstring(ast.parse(sign)), folder
