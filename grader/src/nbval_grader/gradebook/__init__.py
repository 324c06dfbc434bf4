"""The marks of a class, and the tables and pages that teachers and students get from them."""
