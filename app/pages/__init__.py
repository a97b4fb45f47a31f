"""Pages: one record for each page, made from the store and the analysis. Knows no HTTP, no template and no terminal."""
