"""A program with everything in it as one file of JSON, to be kept, or taken to another VTN (docs/onboarding.md)."""
