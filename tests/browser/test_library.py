"""The library on a phone and on a desk, in both themes, with and without a script."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from tests.browser.test_pages import OVER_THE_EDGE

INSIDE = """
(svg) => [...svg.querySelectorAll("path")].every((path) => {
  const brick = path.getBoundingClientRect(), whole = svg.getBoundingClientRect();
  return brick.top >= whole.top - 1 && brick.bottom <= whole.bottom
    && brick.left >= whole.left - 5 && brick.right <= whole.right + 5;
})
"""
VIOLATIONS = """
async () => (await axe.run({resultTypes: ["violations"]})).violations.map((each) => [each.id, each.nodes[0].html])
"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [375, 1280])
@pytest.mark.parametrize("path", ["/probes", "/suites/who-does-what"])
def test_the_library_reads_on_every_screen(watch, site, path, width, dark):
    watched = watch(site, width, dark=dark)
    watched.page.goto(path)
    watched.page.evaluate(AXE_SCRIPT)
    assert watched.page.evaluate(VIOLATIONS) == []
    assert watched.page.evaluate(OVER_THE_EDGE) == []
    assert watched.complaints == []


def test_a_filter_swaps_the_list_and_stays_in_the_address(page):
    page.goto("/probes")
    expect(page.locator("tr[data-row]")).to_have_count(50)
    page.get_by_label("Language").select_option("Georgian")
    expect(page.locator("tr[data-row]")).to_have_count(2)
    expect(page.locator("main")).to_contain_text("2 probes that pass")
    expect(page).to_have_url(re.compile(r"/probes\?language=Georgian$"))
    page.reload()
    expect(page.locator("tr[data-row]")).to_have_count(2)
    expect(page.get_by_label("Language")).to_have_value("Georgian")


def test_without_a_script_the_button_does_the_same_and_pages_keep_the_filter(watch, site):
    page = watch(site, 375, javascript=False).page
    page.goto("/probes")
    page.locator("select[name=has]").select_option("reverse")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("tr[data-row]")).to_have_count(50)
    page.get_by_role("link", name="Probes after").click()
    expect(page).to_have_url(re.compile("has=reverse&page=2"))
    expect(page.locator("select[name=has]")).to_have_value("reverse")
    page.get_by_role("link", name="Show all").click()
    expect(page).to_have_url(re.compile("/probes$"))


def test_every_work_is_a_brick_inside_its_strip(page):
    page.goto("/suites/plots")
    strip = page.locator("svg.chart").first
    expect(strip).to_have_attribute("aria-label", re.compile("^23 works by year, from 405 BC to 1945"))
    assert strip.evaluate(INSIDE)
    drawn = strip.evaluate("(svg) => [...svg.querySelectorAll('path')].map((path) => path.getAttribute('d')).join('')")
    assert drawn.count("M") == 23
