"""The promise of conftest.py that no test leaves the machine."""

from __future__ import annotations

import socket

import httpx
import pytest


@pytest.mark.parametrize("url", ["http://192.0.2.1/", "http://models.example/v1", "http://[2001:db8::1]/"])
def test_a_test_that_leaves_the_machine_fails(url):
    with pytest.raises(pytest.fail.Exception, match="a test wants to reach"):
        httpx.get(url)


def test_a_test_may_reach_its_own_machine():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()
