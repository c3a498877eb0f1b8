"""The step that builds the index of the trial."""

from scripts.audit.build_index import addresses_of


def test_addresses_of_tables_and_figures_stand_together():
    tables = {"addresses": {"t_a/1/n/n": {"text": "1"}}}
    figures = {"f_b": {"addresses": {"f_b/1/n/n": {"text": "2"}}}}
    assert sorted(addresses_of(tables, figures)) == ["f_b/1/n/n", "t_a/1/n/n"]
