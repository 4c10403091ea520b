"""A release: what it is pinned to, protected, published and revised against."""
