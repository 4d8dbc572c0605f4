"""Slack: what it sends becomes an invocation, what is shown becomes its messages."""
