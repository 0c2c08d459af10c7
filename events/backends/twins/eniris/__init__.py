"""Eniris SmartgridOne in small."""
