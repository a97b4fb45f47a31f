"""The store: records of every step go in, rows come out to runs and pages. All SQL lives here."""
