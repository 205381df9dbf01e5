"""Pieces of the page train."""
