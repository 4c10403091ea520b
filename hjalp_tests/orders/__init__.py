"""Tests of tables made to order."""
