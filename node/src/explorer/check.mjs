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
const show = (...parts) => verdict.append(...parts);

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

// The bytes that are proved, and the content roots among them that the file's own reading points at.
const provedBytes = (asked) => [asked.body, asked.bytes, asked.key, asked.value, ...(asked.events ?? []).map((event) => event.bytes)].filter(Boolean).map(digits).join(" ");
function rootsIn(decoded, found = []) {
  for (const [name, value] of Object.entries(decoded ?? {})) {
    if (name === "content_root" && typeof value === "string") found.push(value);
    else if (typeof value === "object") rootsIn(value, found);
  }
  return found;
}

async function compare(file, { holds, asked }, decoded) {
  if (!holds) return [element("p", said.dataUnasked, "callout")];
  const progress = element("p", "", "callout");
  show(progress);
  const own = await fileDigest(file.size, async (from, to) => {
    progress.textContent = fill(said.reading, Math.floor((100 * from) / file.size));
    return new Uint8Array(await file.slice(from, to).arrayBuffer());
  });
  progress.remove();
  const bytes = provedBytes(asked), named = rootsIn(decoded).filter((root) => bytes.includes(root));
  if (bytes.includes(own)) return [element("p", said.dataSame, "callout good"), terms([[said.file, own]])];
  if (named.length === 0) return [element("p", said.dataNone, "callout"), terms([[said.file, own]])];
  return [element("p", said.dataOther, "callout bad"), terms([[said.named, [...new Set(named)].join(" ")], [said.file, own]])];
}

async function run() {
  const read = async (id) => new Uint8Array(await page(id).files[0].arrayBuffer());
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
  const decoded = asked === null ? null : JSON.parse(new TextDecoder().decode(evidence)).decoded;
  const [data] = page("data").files;
  if (data) show(...(await compare(data, result, decoded)));
  show(listed(checks));
  if (holds) show(facts(proved), element("details", [element("summary", said.decoded), element("pre", JSON.stringify(decoded, null, 2))]));
}

page("check").addEventListener("submit", async (event) => {
  event.preventDefault();
  verdict.replaceChildren();
  // A big file takes its time.
  verdict.ariaBusy = "true";
  try {
    await run();
  } catch (fault) {
    show(element("p", [said.fails, " ", String(fault)], "callout bad"));
  }
  verdict.ariaBusy = "false";
});
