"""From the record of changes to whoever is to be told of them."""
