"""Reading and writing masters, exercises and submissions."""
