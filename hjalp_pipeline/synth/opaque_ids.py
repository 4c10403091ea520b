"""Ids as systems make them, that tell nothing: the same number has the same id in every delivery."""

import numpy as np
import polars as pl

from hjalp_pipeline.synth.sources import mix

_HEX = pl.Series([f"{number:04x}" for number in range(1 << 16)])


def uuid_texts(numbers: pl.Series, salt: int) -> pl.Series:
    """Text like a UUID for each whole number, 8-4-4-4-12 hexadecimal digits."""
    words = [mix(numbers.to_numpy(), salt + half) for half in range(2)]
    parts = [
        _HEX.gather(pl.Series((word >> np.uint64(16 * place)) & np.uint64(0xFFFF)))
        for word in words
        for place in range(4)
    ]
    frame = pl.DataFrame([part.alias(str(place)) for place, part in enumerate(parts)])
    dash = pl.lit("-")
    return frame.select(pl.concat_str("0", "1", dash, "2", dash, "3", dash, "4", dash, "5", "6", "7").alias("id"))["id"]
