"""Pieces of the page kl_beta."""
