"""Whether a server may be sent seeds, read off what it publishes about itself.

vLLM's CPU build (0.32) ends when the prompt of a seeded draw is read in pieces, as it is whenever several long prompts
come at once: "CPU Generator does not use offset". It does not say what it runs on; but its metrics give the
configuration of the cache, and there its CPU platform leaves a mark of its own: blocks of 128 tokens that nobody asked
for, in a cache whose size is given in bytes. A server taken for one by mistake only loses its seeds, and the responses
say so.
"""

from __future__ import annotations

import re

_CACHE_CONFIG = re.compile(r"^vllm:cache_config_info\{(?P<labels>.*)\} ", re.MULTILINE)
_LABEL = re.compile(r'(\w+)="([^"]*)"')


def may_be_seeded(metrics: str | None) -> bool | None:
    """False for a server that a seed can end, True for another vLLM, None where the metrics do not say."""
    found = _CACHE_CONFIG.search(metrics or "")
    if found is None:
        return None
    labels = dict(_LABEL.findall(found["labels"]))
    has_own_blocks = labels.get("block_size") == "128" and labels.get("user_specified_block_size") == "False"
    is_sized_in_bytes = labels.get("kv_cache_memory_bytes", "None") != "None"
    return not (has_own_blocks and is_sized_in_bytes)
