"""Tests of ``hjalp_pipeline.dialogue.reminders``."""
