"""Types of devices: the classes of ISO 9999, the stock by type and paragraph, and the tables under development of them."""
