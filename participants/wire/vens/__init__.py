"""VENs as each dialect spells them."""
