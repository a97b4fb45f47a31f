"""Suite and note files -> probes, suites and notes."""
