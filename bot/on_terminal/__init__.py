"""The live board in a terminal."""
