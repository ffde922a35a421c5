"""Where the tables of flows stood; they are in `schema.flows`."""

from callcenter.store.schema.flows import flow_drafts, flow_retirements, flow_runs

__all__ = ["flow_drafts", "flow_retirements", "flow_runs"]
