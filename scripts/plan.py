"""The plan of a trial: read from its files, held against closed schemas, and cross-checked.

Every finding names the file, the line where there is one, and the nearest right word; all
findings are listed at once, because a plan is mended in one sitting.
"""

import importlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from referencing import Registry, Resource
from yaml.nodes import MappingNode, Node, SequenceNode

SCHEMAS = Path(__file__).resolve().parent.parent / "config" / "schemas"

# Where each stage keeps the checks of the plan that no schema can make: names that must exist.
CROSS_CHECKS = [
    ("scripts.ingest.plan_checks", "check_sdtm_plan"),
    ("scripts.ingest.blinding.checks", "check_blinding_plan"),
    ("scripts.validate.plan_checks", "check_checks_plan"),
    ("scripts.derive.plan_checks", "check_derivation_plan"),
    ("scripts.analyse.plan_checks", "check_analysis_plan"),
    ("scripts.report.plan_checks", "check_outputs_plan"),
    ("scripts.report.companion_checks", "check_companions_plan"),
    ("scripts.report.publication.published_checks", "check_published_plan"),
    ("scripts.package.plan_checks", "check_submission_plan"),
]


class PlanError(Exception):
    """The plan cannot be used; the message lists every finding."""


class _Loader(yaml.SafeLoader):
    """Safe YAML that refuses a key given twice in one mapping."""

    def construct_mapping(self, node: MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: dict[Any, int] = {}
        for key_node, _ in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                continue
            key = self.construct_object(key_node, deep=True)
            line = key_node.start_mark.line + 1
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"key {key!r} stands twice, in lines {seen[key]} and {line}", None
                )
            seen[key] = line
        return super().construct_mapping(node, deep)


def _nearest(word: str, known: Any) -> str:
    # Imported late: the hint needs pandas' module only when there is something to say.
    from scripts.conditions import nearest

    return nearest(word, known)


def read_schema(name: str) -> dict[str, Any]:
    """One closed schema of the plan by its name."""
    return yaml.safe_load((SCHEMAS / f"{name}.yaml").read_text(encoding="utf-8"))


def _registry() -> Registry:
    resources = []
    for path in sorted(SCHEMAS.glob("*.yaml")):
        schema = yaml.safe_load(path.read_text(encoding="utf-8"))
        if isinstance(schema, dict) and "$schema" in schema:
            resources.append((path.name, Resource.from_contents(schema)))
    return Registry().with_resources(resources)


def _step_into(node: Node, step: Any) -> Node | None:
    if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step]
    if isinstance(node, MappingNode):
        for key_node, value_node in node.value:
            if key_node.value == str(step):
                return value_node
    return None


def line_of(node: Node | None, path: list[Any], key: str | None = None) -> int | None:
    """The line (from 1) on which a value, or one of its keys, stands in the YAML source."""
    for step in path:
        found = _step_into(node, step) if node is not None else None
        if found is None:
            break
        node = found
    if isinstance(node, MappingNode) and key is not None:
        for key_node, _ in node.value:
            if key_node.value == key:
                return key_node.start_mark.line + 1
    return node.start_mark.line + 1 if node is not None else None


def _innermost(error: ValidationError) -> ValidationError:
    while error.context:
        deeper = best_match(error.context)
        if deeper is None:
            break
        error = deeper
    return error


def _messages(error: ValidationError) -> Iterator[tuple[str | None, str]]:
    """(key, words) for one schema error; an unknown key names the nearest known one."""
    schema = error.schema if isinstance(error.schema, dict) else {}
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        known = schema.get("properties", {})
        patterns = schema.get("patternProperties")
        for key in error.instance:
            if key not in known and not patterns:
                yield str(key), f"unknown key {key!r}; {_nearest(str(key), known)}"
        if patterns:
            yield None, error.message
    elif error.validator == "enum":
        hint = _nearest(str(error.instance), error.validator_value)
        yield None, f"unknown word {error.instance!r}; {hint}"
    else:
        yield None, error.message


def check_against_schema(
    name: str, value: Any, file: str, source: Node | None, registry: Registry
) -> list[str]:
    """Every way in which one plan file breaks its schema, in words with file and line."""
    validator = Draft202012Validator(read_schema(name), registry=registry)
    findings = []
    for outer in sorted(validator.iter_errors(value), key=lambda error: list(map(str, error.path))):
        error = _innermost(outer)
        path = list(error.absolute_path)
        for key, words in _messages(error):
            line = line_of(source, path, key)
            at = f"{file}:{line}" if line else file
            where = ".".join(map(str, path))
            findings.append(f"{at}: {where + ': ' if where else ''}{words}")
    return findings


def check_sections(sections: Mapping[str, Any]) -> list[str]:
    """Every way in which sections of a plan, by name, break their schemas."""
    registry = _registry()
    return [
        finding
        for name, section in sections.items()
        for finding in check_against_schema(name, section, f"config/{name}.yaml", None, registry)
    ]


def read_plan_file(path: Path) -> tuple[Any, Node | None]:
    """One plan file and its source tree. Raises PlanError for a missing or unreadable file."""
    if not path.exists():
        present = [item.name for item in path.parent.glob("*.yaml")]
        raise PlanError(f"{path}: no such file; {_nearest(path.name, present)}")
    text = path.read_text(encoding="utf-8")
    try:
        # The loader is a SafeLoader: it builds plain values only.
        return yaml.load(text, Loader=_Loader), yaml.compose(text, Loader=yaml.SafeLoader)  # noqa: S506
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        at = f"{path}:{mark.line + 1}" if mark else str(path)
        raise PlanError(f"{at}: {getattr(error, 'problem', error)}") from None


def check_names(plan: Mapping[str, Any]) -> list[str]:
    """Every name in the plan that does not exist where it should."""
    findings = []
    for module, function in CROSS_CHECKS:
        findings += getattr(importlib.import_module(module), function)(plan)
    return findings


def checked_names(plan: dict[str, Any], cache: Path | None) -> list[str]:
    """The cross-checks, skipped where the same plan passed the same checks before."""
    from scripts.seals import PROJECT, digest_of, sha256_of

    if cache is None:
        return check_names(plan)
    code = {str(path): sha256_of(path) for path in sorted((PROJECT / "scripts").rglob("*.py"))}
    mark = cache / digest_of([plan, sorted(code.values())])
    if mark.exists():
        return []
    findings = check_names(plan)
    if not findings:
        cache.mkdir(parents=True, exist_ok=True)
        mark.touch()
    return findings


def load_plan(
    config: Mapping[str, Any], folder: Path | str = "config", cache: Path | None = None
) -> dict[str, Any]:
    """The whole plan as one dictionary, a key for each section.

    `config` is the top file as Snakemake merged it; the files that it names are read from
    `folder`. Raises PlanError listing every finding.
    """
    folder = Path(folder)
    registry = _registry()
    top = folder / "config.yaml"
    source = read_plan_file(top)[1] if top.exists() else None
    findings = check_against_schema("config", dict(config), str(top), source, registry)
    if findings:
        raise _error(findings)
    plan: dict[str, Any] = {"study": config["study"], "settings": config["settings"]}
    for section, file in config["files"].items():
        try:
            plan[section], source = read_plan_file(folder / file)
        except PlanError as error:
            findings.append(str(error))
            continue
        findings += check_against_schema(
            section, plan[section], str(folder / file), source, registry
        )
    findings = findings or checked_names(plan, cache)
    if findings:
        raise _error(findings)
    return plan


def _error(findings: list[str]) -> PlanError:
    return PlanError(f"{len(findings)} finding(s) in the plan\n  " + "\n  ".join(findings))
