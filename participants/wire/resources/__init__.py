"""Resources as each dialect spells them."""
