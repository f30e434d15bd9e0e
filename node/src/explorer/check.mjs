import { fileDigest, readCheckpoint, verify } from "./verify.mjs";
// The page that checks evidence: reads the files, says what was asked and what came of it. Nothing leaves the page. It has
// this behind verify.mjs in one script, so that the page works from a disk too; then the line above is left out.

const page = (id) => document.getElementById(id);
const { said, checks: checkWords, phrases, actions, records } = JSON.parse(page("words").textContent);
const verdict = page("verdict");
if (location.protocol === "file:") document.documentElement.classList.add("saved");

// {} stands for the next value, {1} for the second one.
const fill = (template, ...values) => {
  let next = 0;
  return template.replace(/\{(\d*)\}/g, (_, place) => say(values[place === "" ? next++ : Number(place)]));
};
// A value, in the language of the page if it is words of the program.
const say = (value) => (value?.template === undefined ? String(value) : fill(phrases[value.template] ?? value.template, ...value.values));
const nameOf = (check) => {
  const [, height, rest] = /^block (\d+): (.*)$/.exec(check) ?? [];
  return fill(checkWords[height === undefined ? check : `block: ${rest}`] ?? check, height);
};
const wordOf = (words, number) => words[number] ?? fill(said.unknown, number);
const digits = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

const element = (name, content, className) => {
  const made = document.createElement(name);
  made.append(...[content].flat());
  if (className) made.className = className;
  return made;
};
const terms = (pairs) => element("dl", pairs.map(([name, value]) => element("div", [element("dt", name), element("dd", element("code", value))])), "terms");

// What the file says, as a question.
function question(asked) {
  if (asked === null) return said.askedNothing;
  if (asked.kind === "transaction") {
    return fill(said.askedTransaction, digits(asked.id).slice(0, 12), digits(asked.signer).slice(0, 12), wordOf(actions, asked.action), asked.events.length);
  }
  if (asked.kind === "event") return said.askedEvent;
  return fill(asked.value === null ? said.askedNone : said.askedRecord, wordOf(records, asked.key[0]));
}

// What came of it, in a sentence.
function answer({ holds, asked, proved, checks }) {
  if (!holds) return fill(said.no, nameOf(checks.at(-1).name));
  const yes = { transaction: said.yesTransaction, event: said.yesEvent, record: asked.value === null ? said.yesNone : said.yesRecord };
  return fill(yes[asked.kind], proved.block.split(" ")[0], proved.time);
}

const listed = (checks) => element("ol", checks.map(({ name, holds, expected, found }) => {
  const item = element("li", [element("span", nameOf(name)), " "], holds ? "good" : "bad");
  if (holds) item.append(element("code", say(found)));
  else item.append(terms([[said.expected, say(expected)], [said.found, say(found)]]));
  return item;
}), "checks");

// What is proved, with numbers of the format in words.
function facts(proved) {
  const shown = { ...proved };
  if ("action" in shown) shown.action = wordOf(actions, shown.action);
  if (shown["caused by"] === "the block") shown["caused by"] = said.theBlock;
  if (shown.value === "no record") shown.value = phrases[shown.value];
  return terms(Object.entries(shown).map(([name, value]) => [said[name] ?? name, String(value)]));
}

// The bytes that are proved.
const provedBytes = (asked) => [asked.body, asked.bytes, asked.key, asked.value, ...(asked.events ?? []).map((event) => event.bytes)].filter(Boolean).map(digits).join(" ");
// What was registered as the content of a version: its record begins with it (docs/wire.md, section 8). Hashes elsewhere
// are whatever their signer says that they are.
const VERSIONS = 8;
const contentRoot = (asked) => (asked.kind === "record" && asked.key[0] === VERSIONS && asked.value !== null ? digits(asked.value.subarray(0, 32)) : null);

// Compares the data file, and tells how far it has come in a place of the verdict.
async function compare(file, { holds, asked }, place) {
  if (!holds) return [element("p", said.dataUnasked, "callout")];
  const progress = element("p", "", "callout");
  place.append(progress);
  const own = await fileDigest(file.size, async (from, to) => {
    if (!place.isConnected) throw new Superseded();
    progress.textContent = fill(said.reading, Math.floor((100 * from) / file.size));
    return new Uint8Array(await file.slice(from, to).arrayBuffer());
  });
  progress.remove();
  const root = contentRoot(asked);
  if (root === own) return [element("p", said.dataSame, "callout good"), terms([[said.file, own]])];
  if (root !== null) return [element("p", said.dataOther, "callout bad"), terms([[said.named, root], [said.file, own]])];
  return [element("p", provedBytes(asked).includes(own) ? said.dataInside : said.dataNone, "callout"), terms([[said.file, own]])];
}

// Another check has begun, and took the place of this one.
class Superseded extends Error {}

// Checks what is chosen now, and says in a place what came of it.
async function run(place) {
  const show = (...parts) => place.append(...parts);
  const read = async (id) => new Uint8Array(await page(id).files[0].arrayBuffer());
  const [data] = page("data").files;
  const [evidence, checkpoint] = [await read("evidence"), await read("checkpoint")];
  try {
    readCheckpoint(checkpoint);
  } catch (fault) {
    if (fault.expected === undefined) throw fault;
    show(element("p", said.checkpointFails, "callout bad"), listed([{ name: "form", holds: false, expected: fault.expected, found: fault.found }]));
    return;
  }
  const result = verify(evidence, checkpoint);
  const { holds, checks, asked, proved } = result;
  const sentence = (name, words) => element("p", [element("strong", name), " ", words]);
  show(element("div", [element("p", element("strong", holds ? said.holds : said.fails)), sentence(said.asked, question(asked)), sentence(said.answer, answer(result))], holds ? "callout good" : "callout bad"));
  if (data) show(...(await compare(data, result, place)));
  show(listed(checks));
  const decoded = holds ? JSON.parse(new TextDecoder().decode(evidence)).decoded : null;
  if (holds) show(facts(proved), element("details", [element("summary", said.decoded), element("pre", JSON.stringify(decoded, null, 2))]));
}

page("check").addEventListener("submit", async (event) => {
  event.preventDefault();
  // Each check has a place of its own: one that a later check overtook says nothing beside it.
  const place = element("div", []);
  verdict.replaceChildren(place);
  // A big file takes its time.
  verdict.ariaBusy = "true";
  try {
    await run(place);
  } catch (fault) {
    if (!(fault instanceof Superseded)) place.append(element("p", [said.fails, " ", String(fault)], "callout bad"));
  }
  if (place.isConnected) verdict.ariaBusy = "false";
});
