"""Reports as each dialect writes them."""
