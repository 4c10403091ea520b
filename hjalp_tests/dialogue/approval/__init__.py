"""Tests of ``hjalp_pipeline.dialogue.approval``."""
