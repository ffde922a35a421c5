from tests.store.conftest import db, url

__all__ = ["db", "url"]
