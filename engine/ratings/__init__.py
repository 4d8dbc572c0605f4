"""Strengths from results: ratings with intervals, and tests that stop a match early. Pure: rows in, figures out."""

from engine.ratings._table import Row
from engine.ratings.bradley_terry import Fit, Model, Rated, fit
from engine.ratings.sequential import Bounds, Sequential, sprt

__all__ = ["Bounds", "Fit", "Model", "Rated", "Row", "Sequential", "fit", "sprt"]
