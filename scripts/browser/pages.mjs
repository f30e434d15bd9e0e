// Looks at the explorer's pages in a real browser: both languages, both themes, a desk and a telephone. No finding of
// axe, no error in the console, nothing asked of another host, nothing wider than the screen, no text that runs.
//
//     node pages.mjs ADDRESS [FOLDER [EVIDENCE CHECKPOINT [PRINTED...]]]      FOLDER gets a picture of each page
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [address, folder, evidence, checkpoint, ...printed] = process.argv.slice(2);
if (!address) {
  console.error("usage: node pages.mjs ADDRESS [FOLDER [EVIDENCE CHECKPOINT [PRINTED...]]]");
  process.exit(2);
}
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const origin = new URL(address).origin;
const failures = [];
const slowest = { milliseconds: 0 };
const largest = { bytes: 0 };

// One page of each kind, found as a reader would find it.
async function places(page) {
  const found = { home: "/", catalogue: "/assets", network: "/network", openness: "/openness", verify: "/verify", blocks: "/blocks", participants: "/participants", missing: "/assets/ffffffffffff" };
  const first = async (list, pattern) => {
    await page.goto(origin + list);
    const links = await page.locator("main a").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
    return links.find((link) => pattern.test(link));
  };
  const one = (kind) => new RegExp(`^/${kind}/[0-9a-f]{64}$`);
  for (const [name, list, kind] of [["asset", "/assets", "assets"], ["participant", "/participants", "participants"], ["listing", "/listings", "listings"], ["order", "/orders?status=settled", "orders"], ["openorder", "/orders?status=placed", "orders"], ["licence", "/licences", "licences"]]) {
    const link = await first(list, one(kind));
    if (link) found[name] = link;
    else failures.push(`${list} leads to no page of its kind: is the market empty?`);
  }
  // The asset with a picture, if there is one.
  await page.goto(`${origin}/assets`);
  const assets = await page.locator(".results h2 a").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
  for (const asset of assets) {
    await page.goto(origin + asset);
    found[(await page.locator("svg.picture").count()) ? "asset" : "plain"] = asset;
  }
  if (found.asset) found.transaction = await first(found.asset, one("transactions"));
  if (found.transaction) found.block = await first(found.transaction, /^\/blocks\/[0-9]+$/);
  return Object.entries(found).filter(([, path]) => path);
}

// What axe finds.
async function inspect(page, wrong) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  for (const { id, impact, nodes } of violations) {
    if (impact === "serious" || impact === "critical") wrong(`axe ${id} (${impact}): ${nodes.slice(0, 2).map((node) => node.html.slice(0, 160)).join(" | ")}`);
  }
}

// A page that somebody prints: from a file, without a network.
async function lookAtPrinted(browser, file) {
  const context = await browser.newContext({ viewport: { width: 794, height: 1123 }, offline: true });
  const page = await context.newPage();
  const wrong = (what) => failures.push(`${file}: ${what}`);
  page.on("request", (request) => {
    if (request.url() !== pathToFileURL(file).href) wrong(`asks ${request.url()}`);
  });
  page.on("console", (message) => message.type() === "error" && wrong(`console: ${message.text()}`));
  await page.goto(pathToFileURL(file).href);
  await page.emulateMedia({ media: "print" });
  await inspect(page, wrong);
  if (folder) await page.screenshot({ path: join(folder, `${basename(file, ".html")}.png`), fullPage: true });
  await context.close();
}

// All pages in one language, theme and width.
async function look(browser, language, theme, width, all) {
  const context = await browser.newContext({ colorScheme: theme, viewport: { width, height: 900 } });
  const page = await context.newPage();
  let name = "";
  const wrong = (what) => failures.push(`${language || "/en"} ${theme} ${width} ${name}: ${what}`);
  page.on("console", (message) => {
    const expected = name === "missing" && message.text().includes("404");
    if (message.type() === "error" && !expected) wrong(`console: ${message.text()}`);
  });
  page.on("dialog", (dialog) => (wrong("a text ran as a script"), dialog.dismiss()));
  page.on("pageerror", (error) => wrong(`error: ${error.message}`));
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== origin) wrong(`asks ${request.url()}`);
  });
  for (const [kind, path] of all) {
    name = kind;
    const target = path === "/" && language ? `${language}/` : language + path;
    const answer = await page.goto(origin + target, { waitUntil: "load" });
    if (answer.status() !== (name === "missing" ? 404 : 200)) wrong(`status ${answer.status()}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wide > 0) wrong(`is ${wide} px wider than the screen`);
    if (name === "verify" && (await page.locator("#check").count())) {
      // Two files that are no evidence: the program must say so, in the page.
      for (const field of ["evidence", "checkpoint"]) await page.locator(`#${field}`).setInputFiles({ name: field, mimeType: "application/json", buffer: Buffer.from("{}") });
      await page.locator("#check button").click();
      await page.locator("#verdict .callout.bad").waitFor({ timeout: 10_000 }).catch(() => wrong("the verifier gives no verdict"));
      if (evidence) {
        await page.locator("#evidence").setInputFiles(evidence);
        await page.locator("#checkpoint").setInputFiles(checkpoint);
        await page.locator("#check button").click();
        await page.locator("#verdict .callout.good").waitFor({ timeout: 10_000 }).catch(() => wrong("the verifier does not find true evidence good"));
      }
    }
    const [{ took, bytes }] = await page.evaluate(() => performance.getEntriesByType("navigation").map((one) => ({ took: one.responseEnd - one.requestStart, bytes: one.decodedBodySize })));
    if (took > slowest.milliseconds) Object.assign(slowest, { milliseconds: took, target });
    if (bytes > largest.bytes) Object.assign(largest, { bytes, target });
    await inspect(page, wrong);
    if (folder) await page.screenshot({ path: join(folder, `${name}${language ? "-zh" : ""}-${theme}-${width}.png`), fullPage: true });
  }
  await context.close();
}

if (folder) mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
try {
  const page = await browser.newPage();
  const all = await places(page);
  for (const language of ["", "/zh"]) for (const theme of ["light", "dark"]) for (const width of [1440, 390]) {
    await look(browser, language, theme, width, all);
  }
  for (const file of printed) await lookAtPrinted(browser, file);
  console.log(`${all.length} pages in two languages, two themes and two widths, ${printed.length} printed`);
  console.log(`slowest: ${slowest.target} in ${slowest.milliseconds.toFixed(0)} ms; largest: ${largest.target} of ${largest.bytes} bytes`);
} finally {
  await browser.close();
}
for (const failure of failures) console.error(failure);
process.exitCode = failures.length ? 1 : 0;
