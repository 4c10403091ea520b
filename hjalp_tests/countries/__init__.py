"""Random small countries: complete data roots in which every rule and every boundary is met often.

- `countries()`: a hypothesis strategy of `Country` (small, shrinks).
- `example_country(seed)`: the same generator driven by `random.Random`, somewhat larger.
- `write_country(root, country)`: writes the data root.
"""

from hjalp_tests.countries.generate import countries, example_country
from hjalp_tests.countries.model import Country, Delivery, Extract, SystemRow
from hjalp_tests.countries.write import write_country

__all__ = ["Country", "Delivery", "Extract", "SystemRow", "countries", "example_country", "write_country"]
