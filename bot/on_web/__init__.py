"""The channel in a browser: a JSON API that knows no web framework, and its server."""
