"""Runs: the only room that knows the whole path. Plans every trial in the database first, then carries the plan out."""
