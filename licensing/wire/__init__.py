"""Licences as Eniris writes them, and as tables hold them."""
