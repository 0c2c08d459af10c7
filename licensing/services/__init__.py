"""Everything that changes licences."""
