"""Codes on a flat picture: planes, projections, neighbours, what a map shows, and what a browser needs to decode it."""
