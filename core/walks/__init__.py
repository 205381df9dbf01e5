"""Ways from one class to another through latent space, frame by frame, and as files."""
