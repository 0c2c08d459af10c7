"""Moments as the admin's lists show them: with their zone, which devices in several of them make necessary."""

DATETIME_FORMAT = "Y-m-d H:i:s T"
