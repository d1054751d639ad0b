"""Authorities and keys: made once, kept in credentials/, given to each role sealed."""
