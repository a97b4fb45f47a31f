import time
from axe_playwright_python.sync_playwright import Axe
from tests.browser.stored import *
def test_x(watch, site, empty_site, locked_site):
    paths = ["/", "/?model=1", "/runs", "/runs/1", "/runs/1?cells=share", "/runs/2","/runs/3","/runs/4","/runs/5","/runs/1?q=nonono",
      *[f"/runs/1/probes/{f.probe.id}" for f in every_diagnosis()], "/runs/5/probes/hostile-texts", "/runs/5/probes/hostile-error", "/probes", "/probes?q=zzzz", "/probes/orwell-university","/probes/hostile-texts","/suites/literature-first","/models","/about","/api/docs","/nope"]
    for s, ps in ((site, paths),(empty_site,["/","/runs","/models","/probes/orwell-university"]),(locked_site,["/login"])):
      for p in ps:
       for w, d in ((1440, False),(390, True)):
        t=time.time()
        x = watch(s, w, dark=d)
        r = x.page.goto(p)
        t1=time.time()
        x.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        wide = x.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        size = x.page.evaluate("[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].reduce((s,e)=>s+e.encodedBodySize,0)")
        v = Axe().run(x.page).response["violations"]
        t2=time.time()
        print(p, w, r.status, f"{t1-t:.2f} {t2-t1:.2f}", "wide", wide, "size", size, x.complaints, x.outside, x.dialogs, x.page.locator(".injected").count(), flush=True)
        for one in v:
            for n in one["nodes"][:4]:
                print("   AXE", one["id"], n["target"], n["html"][:200], n["failureSummary"][:300].replace("\n"," "), flush=True)
        x.page.context.close()
