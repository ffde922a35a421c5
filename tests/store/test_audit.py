from callcenter.store import audit


def test_entries_are_found_by_who_what_and_day_newest_first(db):
    for at, who, what in (
        (100.0, "boss", "force_agent"),
        (200.0, "boss", "sign_in"),
        (300.0, "chief", "force_agent"),
    ):
        audit.note(db, at, who, what, "8001")
    assert [entry.at for entry in audit.entries(db)] == [300.0, 200.0, 100.0]
    assert [entry.at for entry in audit.entries(db, who="boss", what="force_agent")] == [100.0]
    assert [entry.at for entry in audit.entries(db, from_at=100.0, until_at=300.0)] == [200.0, 100.0]
