"""Pieces of the page start."""
