"""A probe and the text of a response -> its Grade: the deterministic matcher, first grader of the cascade."""
