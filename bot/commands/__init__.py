"""One file a command group: its declaration and the functions that run it."""
