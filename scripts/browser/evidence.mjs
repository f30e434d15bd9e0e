// What the verifier of the pages says of files, in a real browser: a line a file, as `verify.mjs --batch` prints it.
//
//     node evidence.mjs VERIFIER FOLDER CHECKPOINT
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [verifier, folder, checkpoint] = process.argv.slice(2);
if (!checkpoint) {
  console.error("usage: node evidence.mjs VERIFIER FOLDER CHECKPOINT");
  process.exit(2);
}
const AT_ONCE = 50;
const coded = (path) => readFileSync(path).toString("base64");

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
try {
  const page = await browser.newPage();
  page.on("pageerror", (error) => {
    console.error(error);
    process.exitCode = 1;
  });
  // As the page that checks evidence has it: one script that asks nothing of anyone.
  await page.addScriptTag({ type: "module", content: `${readFileSync(verifier, "utf8")}\nglobalThis.judge = verify;` });
  await page.waitForFunction(() => globalThis.judge);
  const names = readdirSync(folder).sort();
  for (let first = 0; first < names.length; first += AT_ONCE) {
    const files = names.slice(first, first + AT_ONCE).map((name) => [name, coded(join(folder, name))]);
    const lines = await page.evaluate(([all, trusted]) => {
      const bytes = (text) => Uint8Array.from(atob(text), (digit) => digit.charCodeAt(0));
      return all.map(([name, text]) => {
        const { holds, checks } = globalThis.judge(bytes(text), bytes(trusted));
        return `${name}\t${holds ? "holds" : checks.at(-1).name}`;
      });
    }, [files, coded(checkpoint)]);
    console.log(lines.join("\n"));
  }
} finally {
  await browser.close();
}
