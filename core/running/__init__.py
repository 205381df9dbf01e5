"""Training runs outside the server: what may be run, the worker's side of it, and runs on a cluster."""
