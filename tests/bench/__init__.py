"""Benchmarks of the machine this runs on, not tests: python -m tests.bench NAME [options]."""
