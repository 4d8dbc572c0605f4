"""A board as SVG, PNG and text. Knows no game."""
