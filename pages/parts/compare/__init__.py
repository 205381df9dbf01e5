"""Pieces of the page compare."""
