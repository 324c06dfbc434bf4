"""A package, so that a test file here can have the name of one in tests/explorers."""
