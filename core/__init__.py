"""Autoencoders on MNIST: models, losses, paths, data, training and shipped weights. Knows no user interface."""
