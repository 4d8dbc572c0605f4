"""The use cases, one file a subject."""
