"""Eniris SmartgridOne: what an event does is written down at the controllers that our targets stand for."""
