// Makes and signs Yaosu transactions: the bytes of docs/wire.md from JSON, whose tables this program reads.
//
//   node sign.mjs BODY.json < SEED > TRANSACTION    signs with the key whose 32 secret bytes are on standard input
//   node sign.mjs --check transactions.json         makes each vector again and compares
//
// Needs Node.js 18 and nothing else. Copy what you need: encode, transactionId, message, sign.
import { createPrivateKey, createPublicKey, sign as signWith } from "node:crypto";
import { readFileSync } from "node:fs";
import { digest, varint } from "../verifiers/verify.mjs";

const INTEGERS = ["u16", "u32", "u64", "Amount", "Timestamp", "Duration", "Height", "BasisPoints"];
const hex = (bytes) => Buffer.from(bytes).toString("hex");
const unhex = (text) => Buffer.from(text, "hex");
const kebab = (name) => name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, "-").toLowerCase();

// JSON.parse rounds integers above 2^53: those are made texts first, and BigInt when they are encoded.
export const parse = (text) => JSON.parse(text.replace(/: (\d{16,})(?=[,\s}\]])/g, ': "$1"'));

// --- The tables of docs/wire.md: records, enumerations, names, sets.
export function readLayout(text) {
  const layout = { records: {}, variants: {}, names: {}, sets: {} };
  const fields = (cell) => cell.split(/, (?![^(]*\))/).filter(Boolean).map((part) => {
    const [name, kind] = part.split(": ");
    return kind === undefined ? [null, name] : [name, kind];
  });
  let head = null, before = "";
  for (const line of text.split("\n")) {
    if (!line.startsWith("|")) {
      head = null;
      before = line || before;
      continue;
    }
    const cells = line.slice(1, -1).split("|").map((cell) => cell.trim());
    if (head === null) head = cells.join();
    else if (cells[0] === "---") continue;
    else if (head === "type,fields in order") layout.records[cells[0]] = fields(cells[1]);
    else if (head === "number,name,fields in order") {
      const owner = /(\w+)(?: \([^)]*\))?:$/.exec(before)?.[1]; // "Measure:" stands above its table
      (layout.variants[owner] ??= {})[kebab(cells[1])] = [Number(cells[0]), fields(cells[2])];
    } else if (head === "type,numbers and names,set") {
      layout.names[cells[0]] = Object.fromEntries([...cells[1].matchAll(/(\d+) ([\w-]+)/g)].map(([, n, name]) => [name, Number(n)]));
      if (cells[2]) layout.sets[cells[2].split(",")[0]] = cells[0];
    }
  }
  return layout;
}

// --- Canonical bytes (docs/wire.md, section 1) of a value of a type.
export function encode(layout, kind, value) {
  const inner = (kind, value) => encode(layout, kind, value), join = (...parts) => Buffer.concat(parts.map((part) => Buffer.from(part)));
  const counted = (bytes) => join(varint(bytes.length), bytes);
  const members = (fields, value) => {
    const wanted = fields.map(([name]) => name).sort().join(), found = Object.keys(value).sort().join();
    if (wanted !== found) throw new Error(`members of ${kind}: expected ${wanted}, found ${found}`);
    return join(...fields.map(([name, field]) => inner(field, value[name])));
  };
  const [first, ...words] = kind.split(" "), rest = words.join(" ");
  if (first === "maybe") return value === null ? join([0]) : join([1], inner(rest, value));
  if (first === "list") return join(varint(value.length), ...value.map((item) => inner(rest.replace(/^of /, ""), item)));
  if (first === "Scope") return value === "any" ? join([0]) : join([1], inner(`list ${rest}`, value.only));
  if (kind === "u8" || kind === "bool") return join([Number(value)]);
  if (INTEGERS.includes(kind)) return join(varint(value));
  if (kind === "Handle" || kind === "Currency" || kind.startsWith("Text<")) return counted(Buffer.from(value));
  if (kind === "byte string" || kind === "SealedKey") return counted(unhex(value));
  if (layout.records[kind]) return members(layout.records[kind], value);
  if (layout.names[kind]) return join(varint(layout.names[kind][value]));
  if (layout.sets[kind]) return join(varint(value.reduce((set, name) => set + 2 ** layout.names[layout.sets[kind]][name], 0)));
  if (layout.variants[kind]) {
    const whole = kind === "Subject" ? { [value.kind]: value.id } : value;
    const [name, content] = typeof whole === "string" ? [whole, {}] : Object.entries(whole)[0];
    const [number, fields] = layout.variants[kind][name];
    const unnamed = fields.length > 0 && fields[0][0] === null;
    return join(varint(number), unnamed ? inner(fields[0][1], content) : members(fields, content));
  }
  if (value.length !== 64) throw new Error(`${kind} is not known`);
  return unhex(value); // a digest, identifier or key
}

// --- Signatures (docs/wire.md, section 3): Ed25519 as in RFC 8032, by the library. A key is its 32 secret bytes.
const keyOf = (seed) => createPrivateKey({ key: Buffer.concat([unhex("302e020100300506032b657004220420"), seed]), format: "der", type: "pkcs8" });
export const publicKey = (seed) => createPublicKey(keyOf(seed)).export({ format: "der", type: "spki" }).subarray(-32);
export const sign = (seed, data) => signWith(null, data, keyOf(seed));

// --- Transactions (docs/wire.md, section 4).
export const transactionId = (bodyBytes) => Buffer.from(digest("transaction id", bodyBytes));
export const message = (chain, id) => Buffer.concat([Buffer.from("yaosu/1 transaction".padEnd(24, "\0")), chain, id]);
export function approve(layout, body, seeds) {
  const bodyBytes = encode(layout, "Body", body), id = transactionId(bodyBytes), data = message(unhex(body.chain), id);
  const approvals = seeds.map((seed) => [publicKey(seed), sign(seed, data)]).sort(([one], [other]) => Buffer.compare(one, other));
  return { bodyBytes, id, data, approvals, whole: Buffer.concat([bodyBytes, Buffer.from(varint(approvals.length)), ...approvals.flat()]) };
}

function check(layout, { keys, transactions }) {
  const seeds = Object.fromEntries(keys.map(({ seed }) => [hex(publicKey(unhex(seed))), unhex(seed)]));
  for (const vector of transactions) {
    const made = approve(layout, vector.body, vector.approvals.map(({ key }) => seeds[key]));
    const found = {
      body_bytes: hex(made.bodyBytes),
      id: hex(made.id),
      message: hex(made.data),
      approvals: JSON.stringify(made.approvals.map(([key, signature]) => ({ key: hex(key), signature: hex(signature) }))),
      transaction_bytes: hex(made.whole),
    };
    for (const [name, value] of Object.entries(found)) {
      const expected = name === "approvals" ? JSON.stringify(vector.approvals) : vector[name];
      if (expected !== value) throw new Error(`${vector.name}: ${name}\n  expected ${expected}\n  found    ${value}`);
    }
  }
  return transactions.length;
}

function main(words) {
  const layout = readLayout(readFileSync(new URL("../wire.md", import.meta.url), "utf8"));
  if (words.length === 2 && words[0] === "--check") {
    const count = check(layout, parse(readFileSync(words[1], "utf8")));
    console.log(`sign.mjs: ${count} transactions, byte for byte`);
    return count > 60 ? 0 : 1;
  }
  const seed = words.length === 1 ? readFileSync(0) : Buffer.alloc(0);
  if (seed.length !== 32) {
    console.error("node sign.mjs BODY.json < SEED > TRANSACTION, where SEED is the 32 secret bytes of an Ed25519 key\nnode sign.mjs --check transactions.json");
    return 2;
  }
  const { id, whole } = approve(layout, parse(readFileSync(words[0], "utf8")), [seed]);
  console.error(hex(id));
  process.stdout.write(whole);
  return 0;
}
if (process.argv[1]?.endsWith("sign.mjs")) process.exitCode = main(process.argv.slice(2));
