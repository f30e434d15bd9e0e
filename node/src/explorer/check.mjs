// The page that checks evidence: reads two files, shows each check. Nothing leaves the page.
import { verify } from "./verify.mjs";

const form = document.getElementById("check");
const verdict = document.getElementById("verdict");
const words = form.dataset;

const element = (name, text, className) => {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
};
const bytes = async (id) => new Uint8Array(await document.getElementById(id).files[0].arrayBuffer());

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  verdict.replaceChildren();
  let result;
  try {
    result = verify(await bytes("evidence"), await bytes("checkpoint"));
  } catch (fault) {
    result = { holds: false, checks: [{ name: fault.name, holds: false, expected: fault.expected ?? "", found: fault.found ?? fault.message }] };
  }
  const { holds, checks, proved } = result;
  verdict.append(element("p", holds ? words.holds : words.fails, holds ? "callout good" : "callout bad"));
  const list = element("ol", "", "checks");
  for (const check of checks) {
    const item = element("li", "", check.holds ? "good" : "bad");
    item.append(element("strong", check.name), " ");
    if (check.holds) item.append(element("code", String(check.found)));
    else item.append(`${words.expected} `, element("code", String(check.expected)), ` ${words.found} `, element("code", String(check.found)));
    list.append(item);
  }
  verdict.append(list);
  if (holds) {
    const terms = element("dl", "", "terms");
    for (const [name, value] of Object.entries(proved)) {
      const pair = document.createElement("div");
      pair.append(element("dt", name), element("dd", String(value)));
      terms.append(pair);
    }
    verdict.append(terms);
  }
});
