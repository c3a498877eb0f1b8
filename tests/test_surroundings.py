from scripts.surroundings import surroundings


def test_the_clock_of_every_job_is_the_data_cut():
    found = surroundings({"data_cut": "1970-01-03"})
    assert found["SOURCE_DATE_EPOCH"] == str(2 * 24 * 60 * 60)
    assert (found["PYTHONHASHSEED"], found["TZ"]) == ("0", "UTC")
