"""The statistic's own part of the quality declaration: small numbers, where paragraphs come from, flows."""
