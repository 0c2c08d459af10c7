"""Eniris' licence API, served from our own store."""
