"""Price documents, one file per format, spelled as the other side spells them."""
