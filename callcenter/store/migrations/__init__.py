"""Alembic's environment. A new migration: `alembic` is driven by `store.database.migrate`, no ini file."""
