"""Inference: from messages and a model server to Completions; and the engine that runs inside the program."""
