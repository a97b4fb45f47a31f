"""Finding one's way: filters, keys, themes, and what a page says of the text put before a question."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from app.cues.records import Leak
from app.web.vocabulary import DIAGNOSES
from tests.browser.conftest import TOKEN
from tests.browser.stored import FINISHED, every_diagnosis

RUN = f"/runs/{FINISHED}"
FACT = f"{RUN}/probes/orwell-university"
FACTS = len(every_diagnosis())
FOCUS_IS_SEEN = """
() => [document.activeElement, document.activeElement.closest("label")].some((element) => {
  const style = element && getComputedStyle(element);
  return style && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
})
"""


def facts_shown(page: Page) -> Locator:
    return page.locator("tr[data-row]")


def chooser(page: Page, name: str) -> Locator:
    return page.get_by_role("combobox", name=name, exact=True)


def test_filters_work_as_a_form_without_javascript(watch, site):
    page = watch(site, javascript=False).page
    page.goto(RUN)
    chooser(page, "Diagnosis").select_option("read_error")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile(r"/runs/1\?.*diagnosis=read_error"))
    expect(facts_shown(page)).to_have_count(1)
    page.go_back()
    expect(facts_shown(page)).to_have_count(FACTS)
    page.locator(".seg").get_by_text("Share").click()
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".shade").first).to_be_visible()
    expect(page.locator(".matrix .draws").first).to_be_hidden()


@pytest.mark.parametrize(
    ("choose", "given", "left"),
    [
        (lambda page: chooser(page, "Diagnosis").select_option("misbelief"), "diagnosis=misbelief", 1),
        (lambda page: chooser(page, "Kind").select_option("plot_points"), "kind=plot_points", 1),
        (lambda page: chooser(page, "is").select_option("truncated"), "label=truncated", 1),
        (lambda page: page.get_by_role("searchbox").fill("orwell-university"), "q=orwell-university", 1),
    ],
    ids=["diagnosis", "kind", "label", "search"],
)
def test_a_filter_acts_at_once_and_the_address_says_what_is_shown(page, choose, given, left):
    page.goto(RUN)
    page.evaluate("window.sameDocument = true")
    choose(page)
    expect(facts_shown(page)).to_have_count(left)
    expect(page).to_have_url(re.compile(rf"[?&]{given}(&|$)"))
    assert page.evaluate("window.sameDocument")
    page.reload()
    expect(facts_shown(page)).to_have_count(left)


def test_every_diagnosis_in_the_key_leads_to_as_many_facts_as_it_says(page):
    page.goto(RUN)
    lines = {
        line.get_by_role("link").get_attribute("href"): int(line.locator("> span").inner_text())
        for line in page.locator(".dxkey li").all()
    }
    shown = {re.search("diagnosis=([a-z_]+)", address).group(1) for address in lines}
    assert shown == set(DIAGNOSES) - {"read_error_recognised", "read_error_reasoned", "waiting"}
    for address, facts in lines.items():
        page.goto(address)
        expect(facts_shown(page)).to_have_count(facts)


def test_cells_change_to_shares_at_once_and_stay_so_after_a_reload(page):
    page.goto(RUN)
    page.locator(".seg").get_by_text("Share").click()
    expect(page.locator(".shade").first).to_be_visible()
    expect(page).to_have_url(re.compile("cells=share"))
    page.reload()
    expect(page.locator(".shade").first).to_be_visible()
    expect(page.get_by_label("Share")).to_be_checked()


def test_back_from_a_fact_leads_to_the_filtered_facts(page):
    page.goto(RUN)
    chooser(page, "Diagnosis").select_option("misbelief")
    expect(facts_shown(page)).to_have_count(1)
    expect(page).to_have_url(re.compile("diagnosis=misbelief"))
    facts_shown(page).locator("a.q").click()
    expect(page).to_have_url(re.compile("/probes/misbelief$"))
    page.go_back()
    expect(page).to_have_url(re.compile("diagnosis=misbelief"))
    expect(facts_shown(page)).to_have_count(1)
    expect(chooser(page, "Diagnosis")).to_have_value("misbelief")


def test_a_search_in_the_library_narrows_it_while_typing(page):
    page.goto("/probes")
    every = facts_shown(page).count()
    page.get_by_role("searchbox").fill("orwell university")
    expect(facts_shown(page)).not_to_have_count(every)
    expect(page.locator("main")).to_contain_text("Did George Orwell")
    expect(page).to_have_url(re.compile(r"q=orwell\+university"))


def test_keys_open_help_and_search_and_escape_leaves_both(page):
    page.goto(RUN)
    keys, search = page.locator("#keys"), page.get_by_role("searchbox")
    page.keyboard.press("?")
    expect(keys).to_be_visible()
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    page.keyboard.press("/")
    expect(search).to_be_focused()
    page.keyboard.press("?")
    expect(search).to_have_value("?")
    expect(keys).to_be_hidden()
    page.keyboard.press("Escape")
    expect(search).not_to_be_focused()


def test_j_and_k_move_along_the_facts_and_enter_opens_one(page):
    page.goto(RUN)
    links = page.locator("tr[data-row] a.q")
    for key, place in (("j", 0), ("j", 1), ("k", 0), ("k", 0)):
        page.keyboard.press(key)
        expect(links.nth(place)).to_be_focused()
    address = links.first.get_attribute("href")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"{address}$"))


def test_keys_can_be_turned_off_for_good(page):
    page.goto(RUN)
    page.get_by_role("button", name="all keys").click()
    page.get_by_label("Single keys work on this browser").uncheck()
    page.reload()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).not_to_be_focused()


def test_tab_begins_with_the_skip_link_and_reaches_the_facts_with_the_focus_always_seen(page):
    page.goto(RUN)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    fact = page.locator("tr[data-row] a").first
    unseen = []
    for _ in range(80):
        page.keyboard.press("Tab")
        if not page.evaluate(FOCUS_IS_SEEN):
            unseen.append(page.evaluate("document.activeElement.outerHTML.slice(0, 120)"))
        if fact.evaluate("link => link === document.activeElement"):
            break
    expect(fact).to_be_focused()
    assert unseen == []


def test_the_skip_link_passes_the_navigation(page):
    page.goto(RUN)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_a_chosen_theme_stays_after_a_reload_and_auto_follows_the_system(page):
    paper = "() => getComputedStyle(document.body).backgroundColor"
    page.goto("/about")
    light = page.evaluate(paper)
    page.get_by_label("Theme").select_option("dark")
    dark = page.evaluate(paper)
    page.reload()
    expect(page.get_by_label("Theme")).to_have_value("dark")
    assert page.evaluate(paper) == dark != light
    page.get_by_label("Theme").select_option("auto")
    assert page.evaluate(paper) == light
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(paper) == dark
    page.get_by_label("Theme").select_option("light")
    page.reload()
    assert page.evaluate(paper) == light


def test_sentences_cut_from_a_cue_are_struck_through_with_the_level_and_the_words(page):
    page.goto(FACT)
    cut = page.locator("#cue .cue > del")
    expect(cut).to_have_text("He did not attend a university. ")
    expect(cut).to_have_css("text-decoration-line", "line-through")
    expect(page.locator("#cue .cue").first).to_contain_text("cut, L1: did not attend")


def test_a_cue_names_its_article_its_revision_and_its_licence_with_links(page):
    page.goto(FACT)
    source = page.locator("#cue .attr").first
    article = source.get_by_role("link", name="George Orwell")
    expect(article).to_have_attribute("href", "https://en.wikipedia.org/wiki/George_Orwell")
    expect(source).to_contain_text("revision 1234567")
    licence = source.get_by_role("link", name="CC BY-SA 4.0")
    expect(licence).to_have_attribute("href", "https://creativecommons.org/licenses/by-sa/4.0/")


def test_a_fact_page_shows_every_arm_and_strikes_out_only_what_was_cut(page):
    for fact in every_diagnosis():
        page.goto(f"{RUN}/probes/{fact.probe.id}")
        for arm in fact.labels:
            expect(page.locator(f".answers section#{arm}")).to_be_visible()
        expect(page.locator("del.leak")).to_have_count(1 if fact.leak is Leak.CUT else 0)


def test_the_token_opens_the_page_that_was_asked_for(watch, locked_site):
    page = watch(locked_site).page
    page.goto("/runs?page=1")
    expect(page).to_have_url(re.compile("/login"))
    token = page.get_by_label("Token")
    expect(token).to_be_focused()
    token.fill("not the token")
    token.press("Enter")
    expect(page.get_by_role("status")).to_have_text("That is not the token.")
    token.fill(TOKEN)
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_url(re.compile(r"/runs\?page=1$"))
