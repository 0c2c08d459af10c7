"""Tells of changes through an MQTT broker (3.1.0 Definition, "MQTT"), and tells that broker who may read what."""
