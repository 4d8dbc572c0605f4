"""Tournaments: a log of sign-up, rounds and results, and what carries it on.

``plan`` is what a host has set, ``log`` what has happened and what it means, ``hosting`` what people do,
``advancing`` what the arena does by itself.
"""
