"""Drafts of events: what staff have in mind, which no VEN can see, until it is published."""
