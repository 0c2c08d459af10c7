"""How others are told of changes: the one way to call addresses that somebody else named, and MQTT's topics."""
