"""cueprobe: ask language models questions with and without a retrieval cue, and find out why they are wrong."""

__version__ = "0.1.0"
