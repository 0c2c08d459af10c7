"""Timings of CGRateS: when a tariff's prices hold, and the doors that store and read them."""
