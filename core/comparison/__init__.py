"""Models side by side: in what they differ, and the same questions to each of them."""
