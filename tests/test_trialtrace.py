"""The program `trialtrace`: verbs are found, named wrongly they are suggested."""

from scripts import trialtrace


def test_an_unknown_verb_names_the_nearest_one(monkeypatch, capsys):
    monkeypatch.setattr(trialtrace, "verbs", lambda: ["addresses", "verify"])
    assert trialtrace.main(["verfy"]) == 2
    assert "unknown verb 'verfy'; did you mean 'verify'?" in capsys.readouterr().err
