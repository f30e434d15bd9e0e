// Looks at the explorer's pages in a real browser: both languages, both themes, a desk and a telephone. No finding of
// axe, no error in the console, nothing asked of another host, nothing wider than the screen, no text that runs.
//
//     node pages.mjs ADDRESS [FOLDER [EVIDENCE CHECKPOINT VERSION DATA HASHED [PRINTED...]]]      FOLDER gets a picture of each page
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [address, folder, evidence, checkpoint, version, data, hashed, ...printed] = process.argv.slice(2);
if (!address) {
  console.error("usage: node pages.mjs ADDRESS [FOLDER [EVIDENCE CHECKPOINT VERSION DATA HASHED [PRINTED...]]]");
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
  // The asset with a picture, if there is one, and the newest one without.
  delete found.asset;
  await page.goto(`${origin}/assets`);
  const assets = await page.locator(".results h2 a").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
  for (const asset of assets) {
    await page.goto(origin + asset);
    found[(await page.locator("svg.picture").count()) ? "asset" : "plain"] ??= asset;
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
    wrong(`axe ${id} (${impact}): ${nodes.slice(0, 2).map((node) => node.html.slice(0, 160)).join(" | ")}`);
  }
}

// The page that checks evidence: what is no evidence is told, what is good holds, and a data file is compared.
async function useVerifier(page, language, wrong) {
  const check = async (verdict, files) => {
    for (const field of ["evidence", "checkpoint", "data"]) await page.locator(`#${field}`).setInputFiles(files[field] ?? []);
    await page.locator("#check button").click();
    await page.locator(`#verdict[aria-busy="false"] .callout.${verdict}`).first().waitFor({ timeout: 20_000 }).catch(() => wrong(`the verifier does not say ${verdict}`));
    const said = await page.locator("#verdict").innerText();
    if (language && /expected|found|holds|evidence|block /i.test(said.replace(/yaosu receipt[ a-z]*|evidence\.json|yaosu-evidence\/1/g, ""))) wrong(`the verifier speaks English: ${said.slice(0, 300)}`);
    return said;
  };
  const buffer = (text) => ({ name: "file", mimeType: "application/json", buffer: Buffer.from(text) });
  await check("bad", { evidence: buffer("{}"), checkpoint: buffer("{}") });
  if (!evidence) return;
  await check("bad", { evidence: buffer("no JSON"), checkpoint });
  const spoiled = readFileSync(evidence, "utf8").replace(/("approvals":\s*\[\s*\{\s*"key":\s*"[0-9a-f]*",\s*"signature":\s*")(..)/, (_, front, byte) => front + (byte === "00" ? "01" : "00"));
  const said = await check("bad", { evidence: buffer(spoiled), checkpoint });
  if (!/a bad signature of the key|密钥 .* 的签名无效/.test(said)) wrong(`the bad signature is not named: ${said}`);
  if (folder) await page.screenshot({ path: join(folder, `verify-bad${language ? "-zh" : ""}-${page.viewportSize().width}.png`), fullPage: true });
  const other = await check("bad", { evidence: version, checkpoint, data: buffer("other bytes") });
  if (!/is not the one|不是存证所指/.test(other)) wrong(`another file is taken for the data: ${other}`);
  const unnamed = await check("good", { evidence, checkpoint, data });
  if (!/names no data file|未指明数据文件/.test(unnamed)) wrong(`the evidence of an order names a file: ${unnamed}`);
  const same = await check("good", { evidence: version, checkpoint, data });
  if (!/byte for byte|逐字节一致/.test(same)) wrong(`the data is not found to be the file: ${same}`);
  // A hash that is a part of what was signed makes a file of its text no delivered file.
  const inside = await check("good", { evidence, checkpoint, data: buffer(hashed) });
  if (!/somewhere|某处/.test(inside) || /byte for byte|逐字节一致/.test(inside)) wrong(`a text that was hashed is taken for the data: ${inside}`);
  // A check that another one overtakes says nothing beside it.
  for (const [field, file] of [["evidence", version], ["data", buffer("x".repeat(2 ** 24))]]) await page.locator(`#${field}`).setInputFiles(file);
  await page.locator("#check button").click();
  await check("bad", { evidence: buffer("{}"), checkpoint });
  const count = await page.locator("#verdict .callout").count();
  if (count !== 1) wrong(`two checks say ${count} things`);
  await check("good", { evidence, checkpoint });
}

// The same page from a disk, without a network.
async function lookAtSaved(browser, language) {
  const store = mkdtempSync(join(tmpdir(), "yaosu-pages-"));
  const file = join(store, "verify.html");
  writeFileSync(file, await (await fetch(`${origin}${language}/verify`)).text());
  const context = await browser.newContext({ viewport: { width: 1024, height: 900 }, offline: true });
  const page = await context.newPage();
  const wrong = (what) => failures.push(`${language}/verify saved: ${what}`);
  page.on("request", (request) => {
    const { protocol, href } = new URL(request.url());
    if (protocol !== "data:" && href !== pathToFileURL(file).href) wrong(`asks ${href}`);
  });
  page.on("console", (message) => message.type() === "error" && wrong(`console: ${message.text()}`));
  page.on("pageerror", (error) => wrong(`error: ${error.message}`));
  await page.goto(pathToFileURL(file).href);
  await useVerifier(page, language, wrong);
  await inspect(page, wrong);
  if (folder) await page.screenshot({ path: join(folder, `verify-saved${language ? "-zh" : ""}.png`), fullPage: true });
  await context.close();
  rmSync(store, { recursive: true });
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
    const asked = new URL(request.url());
    if (asked.protocol !== "data:" && asked.origin !== origin) wrong(`asks ${request.url()}`);
  });
  for (const [kind, path] of all) {
    name = kind;
    const target = path === "/" && language ? `${language}/` : language + path;
    const answer = await page.goto(origin + target, { waitUntil: "load" });
    if (answer.status() !== (name === "missing" ? 404 : 200)) wrong(`status ${answer.status()}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wide > 0) wrong(`is ${wide} px wider than the screen`);
    if (name === "verify") await useVerifier(page, language, wrong);
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
  for (const language of ["", "/zh"]) await lookAtSaved(browser, language);
  for (const file of printed) await lookAtPrinted(browser, file);
  console.log(`${all.length} pages in two languages, two themes and two widths, ${printed.length} printed`);
  console.log(`slowest: ${slowest.target} in ${slowest.milliseconds.toFixed(0)} ms; largest: ${largest.target} of ${largest.bytes} bytes`);
} finally {
  await browser.close();
}
for (const failure of failures) console.error(failure);
process.exitCode = failures.length ? 1 : 0;
