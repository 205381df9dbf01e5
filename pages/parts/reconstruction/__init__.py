"""Pieces of the page reconstruction."""
