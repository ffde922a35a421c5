"""The tables by subject; `store.tables` names them all."""
