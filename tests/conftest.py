"""For all tests: a property is about behaviour, never about time, so hypothesis sets no deadline."""

from hypothesis import settings

settings.register_profile("course", deadline=None)
settings.load_profile("course")
