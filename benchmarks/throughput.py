"""How many trials a second, when the server takes no time, and how many does a bare client ask?

    python benchmarks/throughput.py http://127.0.0.1:8900/v1 --trials 2000 --k 8 --repeats 3

The server must answer at once and understand n. Each trial asks a question of about 250 tokens; cueprobe grades and
stores all k + 1 answers of a trial and is timed as a user's command, from start to exit. The bare client sends the same
number of requests through the same transport and throws the answers away. The two take turns.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
import httpx_aiohttp
import yaml

FILLER = "The quick brown fox jumps over the lazy dog and looks for the code that was asked of it. " * 13


def suite_of(trials: int, folder: Path) -> Path:
    """A suite of as many probes as trials; the answers to look for are the codes that a null server gives."""
    probes = [
        {
            "id": f"item-{number:06}",
            "work": "Benchmark",
            "author": "Nobody",
            "year": 2026,
            "question": f"{FILLER} What is the code of item {number:06} ?",
            "answer": f"K{number:06}",
            "kind": "short_fact",
            "oracle": f"The code is K{number:06}.",
            "source": "made for this benchmark",
            "verified": "text",
        }
        for number in range(trials)
    ]
    path = folder / "throughput.yaml"
    suite = {"name": "throughput", "title": "Throughput", "description": "Made for a benchmark.", "probes": probes}
    path.write_text(yaml.dump(suite, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper)), encoding="utf-8")
    return path


def measured(command: list[str]) -> tuple[float, float, dict[str, object]]:
    """Wall seconds, CPU seconds and the JSON that a command ends with."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu, json.loads(done.stdout)


async def bare(url: str, requests: int, in_flight: int) -> float:
    """Seconds that as many requests take through httpx over the aiohttp transport, answers thrown away."""
    limits = httpx.Limits(max_connections=in_flight)
    async with httpx.AsyncClient(transport=httpx_aiohttp.AiohttpTransport(limits=limits), timeout=60) as client:
        left = iter(range(requests))

        async def work() -> None:
            for number in left:
                messages = [{"role": "user", "content": f"{FILLER} item {number:06} ?"}]
                body = {"model": "null", "messages": messages, "max_tokens": 64}
                (await client.post(f"{url}/chat/completions", json=body)).raise_for_status()

        began = time.perf_counter()
        await asyncio.gather(*(work() for _ in range(in_flight)))
        return time.perf_counter() - began


def main() -> None:
    """Measure and print medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url", help="server that answers at once, ending in /v1")
    parser.add_argument("--trials", type=int, default=2000)
    parser.add_argument("--k", type=int, default=1)
    parser.add_argument("--concurrency", default="auto")
    parser.add_argument("--repeats", type=int, default=3)
    asked = parser.parse_args()
    ours: list[float] = []
    run: list[float] = []
    cpu: list[float] = []
    theirs: list[float] = []
    for _ in range(asked.repeats):
        with tempfile.TemporaryDirectory() as folder:
            suite = suite_of(asked.trials, Path(folder))
            command = [
                sys.executable,
                "-m",
                "app",
                "run",
                "--suite",
                str(suite),
                "--arms",
                "none",
                "--model",
                asked.url,
            ]
            command += ["--k", str(asked.k), "--concurrency", asked.concurrency, "--data", folder, "--json"]
            wall, spent, result = measured(command)
            assert result["responses"] == result["planned"] == asked.trials * (asked.k + 1), result
            ours.append(wall)
            run.append(float(str(result["seconds"])))
            cpu.append(spent)
        theirs.append(asyncio.run(bare(asked.url, 2 * asked.trials, 256)))
    answers = asked.trials * (asked.k + 1)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{asked.trials} trials of {asked.k} draws and one greedy, medians of {asked.repeats}")
    print(f"  cueprobe  {statistics.median(ours):6.1f} s, the run itself {statistics.median(run):.1f} s,", end=" ")
    print(f"CPU {1000 * statistics.median(cpu) / asked.trials:.2f} s per 1,000 trials, peak {peak:.0f} MiB,", end=" ")
    print(f"{answers / statistics.median(run):.0f} answers/s")
    print(f"  bare      {statistics.median(theirs):6.1f} s for as many requests")


if __name__ == "__main__":
    main()
