"""Everything that changes clients, their secrets and what is granted to them. One function is one transaction."""
