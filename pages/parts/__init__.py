"""What one page alone needs, a folder for each; a page shares through pages/common."""
