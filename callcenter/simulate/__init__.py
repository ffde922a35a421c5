"""The production router on a virtual clock. Pure: arrivals and draws are arguments."""
