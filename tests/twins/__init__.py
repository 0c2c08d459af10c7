"""Small real servers that stand for other people's systems."""
