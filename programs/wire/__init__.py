"""Programs as each dialect writes them."""
