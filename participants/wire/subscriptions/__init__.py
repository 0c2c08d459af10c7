"""Subscriptions as each dialect spells them."""
