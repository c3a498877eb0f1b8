"""What the comparison with a publication reads: items, totals, inconsistencies by their rules."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from scripts.audit.lineage.analyses import Analyses
from scripts.audit.lineage.chosen import Chosen, step_among
from scripts.audit.lineage.completed import words_in
from scripts.audit.lineage.declarations import Declarations, Reads, unite
from scripts.audit.lineage.run import DERIVED
from scripts.conditions import variables_of

Item = Mapping[str, Any]
Options = Mapping[str, Any]


class Published:
    """The items of a publication and what ours is made from."""

    def __init__(self, desk: Declarations, analyses: Analyses) -> None:
        self.desk = desk
        self.analyses = analyses
        plan = desk.plan.get("published") or {}
        self.items: dict[str, Item] = {item["id"]: item for item in plan.get("items", [])}
        self.sections = {item["id"]: item["section"] for item in self.items.values()}
        self.entries = {one["id"]: one for one in plan.get("inconsistencies", [])}
        self.subjects = Chosen(desk, (step_among(desk, "RANDFL", ["Y"]),))
        self._judged: dict[str, Reads] = {}

    def parts(self, item: Item) -> Reads:
        """The statistics that an item is held against."""
        found: list[Reads] = []
        for part in item.get("parts", []):
            analysis, row, group = part["at"]
            found += [self.analyses.number(analysis, row, group, word) for word in part["printed"]]
        order: Mapping[str, Any] = item.get("ordering") or {}
        for row in order.get("rows", []):
            for side in ("higher", "lower"):
                place = (row, order[side], order["statistic"])
                found.append(self.analyses.number(order["analysis"], *place))
        return unite(*found)

    def judged(self, name: str) -> Reads:
        """What the verdict on an item reads: its numbers, and counts that tell a misprint."""
        if name not in self._judged:
            item = self.items[name]
            named = {
                other
                for part in item.get("parts", [])
                for other in (part.get("from") or {}).get("items", [])
            }
            self._judged[name] = unite(
                self.parts(item), *(self.parts(self.items[other]) for other in sorted(named))
            )
        return self._judged[name]

    def methods(self, item: Item) -> Reads:
        """What the words for how an item was made read."""
        names = [part["at"][0] for part in item.get("parts", [])]
        names += [item["ordering"]["analysis"]] if item.get("ordering") else []
        return unite(*(self.analyses.parts[name].method for name in dict.fromkeys(names)))

    def all_judged(self, section: str | None = None) -> Reads:
        """The verdicts on every item, or on those of a section."""
        wanted = [n for n in self.items if section in (None, "all", self.sections[n])]
        return unite(*(self.judged(name) for name in wanted))

    def item(self, name: str, key: str) -> Reads:
        """One cell of an item. Raises ValueError for a cell that is not known."""
        item = self.items[name]
        if key == "published":
            return []
        if key == "computed_text":
            return self.parts(item)
        if key == "verdict":
            return self.judged(name)
        if key == "variant":
            return unite(self.judged(name), self.methods(item))
        raise ValueError(f"published item {name}: nothing is known of {key!r}")

    # Inconsistencies

    def inconsistency(self, name: str) -> Reads:
        """What the rules of an entry read."""
        return unite(*(self.rule(rule) for rule in self.entries[name].get("rules", [])))

    def rule(self, options: Options) -> Reads:
        """What one rule reads: its items and analyses, and the variables that it names."""
        word = options["rule"]
        if word in OF_ALL_ITEMS and "items" not in options:
            return unite(self.all_judged(), self._stated(self.items))
        named = [options[key] for key in ("item", "test_item") if key in options]
        named += options.get("items", [])
        found = [self.judged(name) for name in named]
        found.append(self._stated(named))
        found += [self.analyses.whole(options[k]) for k in ("analysis", "other") if k in options]
        if "beside" in options:
            found.append(self.analyses.whole(options["beside"][0]))
        found.append(OF_SUBJECTS.get(word, _variables_named)(self, options))
        return unite(*found)

    def _stated(self, names: Iterable[str]) -> Reads:
        """The analyses that the text of the publication states for items."""
        stated = [(self.items[name].get("set") or {}).get("stated") for name in names]
        return unite(*(self.analyses.whole(place[0]) for place in stated if place))


def _variables_named(own: Published, options: Options) -> Reads:
    """Variables and verdicts that a rule names anywhere, of all randomised subjects."""
    words = words_in({key: value for key, value in options.items() if key != "words"})
    endpoints = own.desk.plan["endpoints"]["endpoints"]
    known = [*own.desk.columns(f"{DERIVED}/adsl"), *endpoints]
    return own.subjects.variables([name for name in dict.fromkeys(known) if name in words])


def _measurement(own: Published, options: Options) -> Reads:
    tables = [
        table
        for stem in (*own.desk.plan["measurements"]["sets"], "adtte", "adresp")
        for table in own.desk.parts(stem.lower())
        if table.endswith(f":{options['measurement']}")
    ]
    return [own.desk.read(table, ["AVAL"]) for table in tables]


def _events(own: Published, options: Options) -> Reads:
    table = f"{DERIVED}/adae"
    names = variables_of(options["subjects"]) | variables_of(options["outcome"])
    return [own.desk.read(table, sorted(names))]


def _times(own: Published, options: Options) -> Reads:
    tables = [f"{DERIVED}/adtte:{name}" for name in options["times"]]
    return [own.desk.read(table, ["AVAL"]) for table in tables if own.desk.has(table)]


# Rules that look at every item where the plan names none.
OF_ALL_ITEMS = frozenset(
    {
        "misprint",
        "mixed_interval_methods",
        "interval_and_test_disagree",
        "not_reproducible_from_stated_set",
        "single_covariate_models",
    }
)
OF_SUBJECTS: dict[str, Callable[[Published, Options], Reads]] = {
    "undecided_boundary": _measurement,
    "category_outside_table": _events,
    "same_quantity_twice": _times,
}
