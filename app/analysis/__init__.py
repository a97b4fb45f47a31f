"""Rates, effects and diagnoses from counts of graded draws (method 5.4, 5.5). Knows no model, no store, no page."""
