"""Chat: what a command says, and how each platform shows it."""

__version__ = "0.1.0"
