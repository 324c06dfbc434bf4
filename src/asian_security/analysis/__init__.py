"""What is computed for lessons from tables and models; nothing here draws."""
