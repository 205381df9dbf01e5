"""KL divergences, discrete and Gaussian, and what beta does to rate and distortion."""
