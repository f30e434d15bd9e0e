"""Checks the alerts and the dashboard against a node that runs and a Prometheus that watches it.

check.py node FOLDER             waits until the market in this folder is up, and prints its first node's address
check.py expressions NODE WORK   all else; WORK has prometheus.log, and takes what is written for promtool
"""

import json
import re
import subprocess
import sys
import time
import tomllib
import urllib.parse
import urllib.request
from pathlib import Path

PATIENCE_SECONDS = 120
MONITORING = Path("docs/monitoring")


def until(what, look):
    """The first answer of `look` that is something."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            found = look()
        except (OSError, ValueError, KeyError):
            found = None
        if found:
            return found
        if time.monotonic() > deadline:
            raise SystemExit(f"in vain for {PATIENCE_SECONDS} s: {what}")
        time.sleep(0.1)


def fetch(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()


def node(folder):
    """The address of the first node of a market, once it is ready."""

    def ready():
        profile = tomllib.loads((Path(folder) / "client/config.toml").read_text())
        address = profile["profiles"]["dev"]["nodes"][0]
        return json.loads(fetch(f"{address}/readyz"))["ready"] and address

    return until("the market is up", ready).removeprefix("http://")


def shown_names(text):
    """The names that a series can have, by a node's text, with their kind."""
    names = {}
    for name, kind in re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE):
        endings = {"counter": ["_total"], "info": ["_info"], "histogram": ["_bucket", "_sum", "_count"]}
        names |= {name + ending: kind for ending in endings.get(kind, [""])}
    return names


def alert_expressions():
    text = (MONITORING / "alerts.yml").read_text()
    alerts = re.findall(r"^      - alert: (\w+)\n        expr: (.+)$", text, re.MULTILINE)
    assert len(alerts) == text.count("- alert:") == 10, "ten alerts, each with its expression in the next line"
    tests = (MONITORING / "alerts-test.yml").read_text()
    manual = Path("docs/operating.md").read_text()
    for alert, _ in alerts:
        fires = re.search(rf"alertname: {alert}\n +exp_alerts:\n +- exp_labels", tests)
        assert fires, f"alerts-test.yml does not show when {alert} fires"
        assert f"| `{alert}` |" in manual, f"the manual does not say what to do about {alert}"
    return alerts


def dashboard_expressions():
    dashboard = json.loads((MONITORING / "dashboard.json").read_text())
    panels = [panel for panel in dashboard["panels"] if panel["type"] != "row"]
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in dashboard["panels"]]
    assert len(set(places)) == len(places), "two panels in one place"
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(set(ids)) == len(ids), "two panels of one id"
    return [(panel["title"], target["expr"]) for panel in panels for target in panel["targets"]]


def expressions(address, work):
    text = fetch(f"http://{address}/metrics")
    shown = shown_names(text)
    alerts, panels = alert_expressions(), dashboard_expressions()

    for place, expression in alerts + panels:
        for name in re.findall(r"\b(?:yaosu|malachitebft)_\w+", expression):
            assert name in shown, f"{place}: no node shows {name}"
            assert shown[name] not in ("counter", "histogram") or re.search(
                rf"(?:rate|increase)\({name}|{name}\{{[^}}]*\}}(?: \+|$)", expression
            ), f"{place}: {name} only ever grows: take its rate"

    # Prometheus' own parser on what the dashboard asks.
    rules = [{"record": f"expression_{number}", "expr": expression} for number, (_, expression) in enumerate(panels)]
    parsed = Path(work) / "dashboard-rules.json"
    parsed.write_text(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}))
    subprocess.run(["promtool", "check", "rules", parsed], check=True, stdout=subprocess.DEVNULL)

    # Prometheus' own opinion of names and help; of the node's figures only, the engine's are not ours. It knows the older
    # text, in which a counter has its whole name.
    older = text
    for name, kind in re.findall(r"^# TYPE (\S+) (counter|info)$", text, re.MULTILINE):
        whole = name + {"counter": "_total", "info": "_info"}[kind]
        older = re.sub(rf"^# (HELP|TYPE) {name} ", rf"# \1 {whole} ", older, flags=re.MULTILINE)
    older = re.sub(r"^(# TYPE \S+) info$", r"\1 gauge", older, flags=re.MULTILINE)
    lint = subprocess.run(["promtool", "check", "metrics"], input=older, capture_output=True, text=True, check=False)
    complaints = [line for line in (lint.stdout + lint.stderr).splitlines() if not line.startswith("malachitebft_")]
    assert not complaints, "\n".join(complaints)

    def listens():
        log = (Path(work) / "prometheus.log").read_text()
        found = re.search(r'msg="Listening on" address=(\S+)', log)
        return found and found.group(1)

    prometheus = f"http://{until('Prometheus listens', listens)}"

    def ask(expression):
        query = urllib.parse.urlencode({"query": expression})
        return json.loads(fetch(f"{prometheus}/api/v1/query?{query}"))["data"]["result"]

    # Two readings, or there is no rate; and what the dashboard asks has an answer.
    for place, expression in panels:
        asked = expression.replace("$instance", ".*")
        until(f"{place}: there is something to show: {asked}", lambda asked=asked: ask(asked))
    groups = json.loads(fetch(f"{prometheus}/api/v1/rules"))["data"]["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    assert len(rules) == len(alerts), "Prometheus has other rules"
    for rule in rules:
        until(f"{rule['name']} is looked at", lambda name=rule["name"]: evaluated(prometheus, name))
    print(f"monitoring: {len(alerts)} alerts, {len(panels)} expressions of the dashboard, all with figures of a real node")


def evaluated(prometheus, name):
    """Whether a rule was looked at without an error, and keeps quiet about a node with which nothing is wrong."""
    groups = json.loads(fetch(f"{prometheus}/api/v1/rules"))["data"]["groups"]
    rule = next(rule for group in groups for rule in group["rules"] if rule["name"] == name)
    assert rule["state"] != "firing", f"{name} fires without a reason"
    return rule["health"] == "ok"


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["node", folder]:
            print(node(folder))
        case ["expressions", address, work]:
            expressions(address, work)
        case _:
            raise SystemExit(__doc__)
