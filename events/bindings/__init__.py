"""Which events drive which other systems: bindings, and the deliveries that are made for them."""
