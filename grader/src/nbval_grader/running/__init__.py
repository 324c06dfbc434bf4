"""Running students' code, confined."""
