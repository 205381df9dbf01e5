"""The weights in weights/: how each is trained, how it is measured, and the table of them all."""
