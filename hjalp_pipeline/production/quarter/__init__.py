"""A period as it stands: the chain's results, the ledger, the confidential tables."""
