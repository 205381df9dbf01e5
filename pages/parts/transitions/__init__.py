"""Pieces of the page transitions."""
