"""Chat: what a command says, and how each platform shows it."""
