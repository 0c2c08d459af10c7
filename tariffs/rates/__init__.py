"""Rates: what a tariff asks while its timings are active."""
