"""What is kept of a class's work, and what is made of it."""
