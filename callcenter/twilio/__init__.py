"""Twilio: texts go out over its REST interface; its webhooks tell of them, and ask what to do with calls."""
