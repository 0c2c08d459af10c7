"""Answers kept from the last time they were asked, served in front of Django, and never wrong.

An answer is kept together with the versions of everything it depends on. Versions live in a memory map that the
workers of a host share; a writer moves them after its commit and before its own answer goes out, so a client
that has been told 201 finds the change at its next poll through any worker of that host. PostgreSQL's NOTIFY
moves them on other hosts, and after a crash between commit and answer. While a process cannot hear NOTIFY it
keeps nothing (docs/decisions/kept-answers.md).
"""
