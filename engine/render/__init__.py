"""Boards as SVG, PNG and text; tables, plots and brackets as SVG and PNG. Knows no game."""
