"""Duels of the web predecessor: its rows read, replayed under today's rules, and written as logs.

Whatever is not certain is :class:`engine.errors.NotUnderstood`; nothing is guessed, and no row is passed over in
silence.
"""
