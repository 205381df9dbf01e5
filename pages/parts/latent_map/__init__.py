"""Pieces of the page latent_map."""
