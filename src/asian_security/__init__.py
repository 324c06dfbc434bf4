"""The library behind *The Asian Security Model: a course in notebooks*."""
