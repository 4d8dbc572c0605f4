"""Strengths from results: ratings with intervals, and tests that stop a match early. Pure: rows in, figures out."""

from engine.ratings.bradley_terry import Fit, Model, Rated, Row, fit
from engine.ratings.sequential import Bounds, Sequential, sprt

__all__ = ["Bounds", "Fit", "Model", "Rated", "Row", "Sequential", "fit", "sprt"]
