"""Pieces of the page anatomy."""
