"""Takes over licences from a table: all of them or none, with a word on each line (docs/licences.md)."""
