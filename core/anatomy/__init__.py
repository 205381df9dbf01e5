"""One digit through a network, every tensor on the way, and the gradients that the terms of its loss send back."""
