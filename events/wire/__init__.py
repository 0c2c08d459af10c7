"""Events as each dialect writes them."""
