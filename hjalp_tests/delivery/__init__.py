"""Tests of the intake of deliveries; all CPR numbers are made up."""
