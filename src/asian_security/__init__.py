"""The library behind *The Asian Security Model: a course in notebooks*."""

import sys

# To show a figure that is no explorer, plotly imports nbformat, which imports jsonschema, which, where
# this package is installed, compiles a grammar of internationalised addresses: more than a second,
# for a check that no notebook asks for. jsonschema does without the package as if it were not there.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
