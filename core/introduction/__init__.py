"""What the first page shows: digit space, leaving it, the architectures' layers, what is shipped."""
