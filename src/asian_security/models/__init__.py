"""Formal models, one small pure module each: arrays in, arrays out."""
