"""Hostile input by the thousand: python -m tests.fuzz NAME [options]. The suite runs some of each."""
