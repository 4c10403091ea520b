"""The statistics, a folder each. They declare and never run anything; no folder of the engine imports them."""
