"""Twilio: texts go out over its REST interface, and its webhooks tell what became of them."""
