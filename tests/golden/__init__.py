"""Forty addresses over all pages, and the numbers, drawings and pictures that each must show; `python -m tests.golden`."""
