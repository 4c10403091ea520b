"""The draft article: grammar, rules of findings, and that it follows from what is published."""
