"""Which servers are sent seeds: all but the one that a seed can end."""

from __future__ import annotations

import pytest

from app.inference.seeding import may_be_seeded

CPU = (
    'vllm:cache_config_info{block_size="128",enable_prefix_caching="True",engine="0",'
    'kv_cache_memory_bytes="2147483648",num_gpu_blocks="728",user_specified_block_size="False"} 1.0\n'
)


@pytest.mark.parametrize(
    ("metrics", "verdict"),
    [
        (f"# TYPE vllm:cache_config_info gauge\n{CPU}", False),
        (CPU.replace('"128"', '"16"').replace('"2147483648"', '"None"'), True),
        (CPU.replace('"2147483648"', '"None"'), True),
        (CPU.replace('user_specified_block_size="False"', 'user_specified_block_size="True"'), True),
        ("llamacpp:prompt_tokens_total 12\n", None),
        ("", None),
        (None, None),
    ],
    ids=["vllm-on-cpu", "vllm-on-gpu", "large-blocks-on-gpu", "large-blocks-asked-for", "llama.cpp", "empty", "none"],
)
def test_only_the_cpu_build_of_vllm_is_spared_seeds(metrics, verdict):
    assert may_be_seeded(metrics) is verdict
