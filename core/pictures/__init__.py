"""Pictures: tensors to files and sheets, strangers' pictures and strokes to MNIST's frame, which digits to show."""
