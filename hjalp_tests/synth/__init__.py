"""Tests of the made-up country."""
