"""Introductions from Wikipedia, bundled notes and oracles -> the cue that stands before a question, free of leaks."""
