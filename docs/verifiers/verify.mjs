// Checks Yaosu evidence offline, against a checkpoint that you trust. docs/evidence.md says what every field means.
//
//     node verify.mjs EVIDENCE CHECKPOINT        prints each check; exit code 0 holds, 6 does not
//     node verify.mjs --batch FOLDER CHECKPOINT  one line a file: its name, "holds" or the check that failed
//
// In a page: import { verify } from "./verify.mjs"; verify(evidence, checkpoint) takes both files as Uint8Array. The page
// /verify of a node has this whole file in it.
// Needs nothing else. Not checked: the member "decoded", which is for reading only.

const INTEGER_MAX = 2 ** 53 - 1, BYTES_MAX = 16 * 1024 * 1024, DEPTH_MAX = 64;

// Words with values in them, kept apart so that a page can say them in another language: the template has {} for a value.
export const text = (parts, ...values) => ({ template: parts.join("{}"), values, toString: () => parts.map((part, at) => (at ? values[at - 1] : "") + part).join("") });

// The file is not what it should be: the check's name, what must be there, what is there.
class Damaged extends Error {
  constructor(name, expected, found) {
    super(`${name}: expected ${expected}, found ${found}`);
    Object.assign(this, { name, expected, found });
  }
}

// --- Bytes.
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const utf8 = (text) => new TextEncoder().encode(text);
const join = (...parts) => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
};
const little = (number, count) => Uint8Array.from({ length: count }, (_, at) => Number((BigInt(number) >> BigInt(8 * at)) & 255n));
const fromLittle = (bytes) => bytes.reduceRight((number, byte) => (number << 8n) | BigInt(byte), 0n);

// --- BLAKE3: https://github.com/BLAKE3-team/BLAKE3-specs. Keys and states are lists of eight 32-bit words.
const INITIAL = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
const ORDER = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8];
const [CHUNK_START, CHUNK_END, PARENT, ROOT, KEYED, CONTEXT, MATERIAL] = [1, 2, 4, 8, 16, 32, 64];

const wordsOf = (bytes) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length / 4 }, (_, at) => view.getUint32(4 * at, true));
};
const bytesOf = (words) => join(...words.map((word) => little(word, 4)));

function compress(state, block, counter, length, flags) {
  const v = [...state, ...INITIAL.slice(0, 4), counter, 0, length, flags];
  const mix = (a, b, c, d, x, y) => {
    const turn = (to, from, by) => { const word = v[to] ^ v[from]; v[to] = (word >>> by) | (word << (32 - by)); };
    v[a] = (v[a] + v[b] + x) | 0; turn(d, a, 16); v[c] = (v[c] + v[d]) | 0; turn(b, c, 12);
    v[a] = (v[a] + v[b] + y) | 0; turn(d, a, 8); v[c] = (v[c] + v[d]) | 0; turn(b, c, 7);
  };
  for (let round = 0, m = block; round < 7; round++, m = ORDER.map((at) => m[at])) {
    for (let at = 0; at < 4; at++) mix(at, 4 + at, 8 + at, 12 + at, m[2 * at], m[2 * at + 1]);
    for (let at = 0; at < 4; at++) mix(at, 4 + ((at + 1) % 4), 8 + ((at + 2) % 4), 12 + ((at + 3) % 4), m[8 + 2 * at], m[9 + 2 * at]);
  }
  return v.slice(0, 8).map((word, at) => (word ^ v[8 + at]) >>> 0);
}

function subtree(data, key, flags, first, last) { // last: the flag of whoever is on top
  if (data.length > 1024) {
    const left = 2 ** (31 - Math.clz32((data.length - 1) / 1024)) * 1024;
    const halves = [subtree(data.subarray(0, left), key, flags, first, 0), subtree(data.subarray(left), key, flags, first + left / 1024, 0)];
    return compress(key, halves.flat(), 0, 64, flags | PARENT | last);
  }
  let state = key;
  for (let at = 0; at === 0 || at < data.length; at += 64) {
    const piece = data.subarray(at, at + 64), end = at + 64 >= data.length;
    const block = wordsOf(join(piece, new Uint8Array(64 - piece.length)));
    state = compress(state, block, first, piece.length, flags | (at === 0 ? CHUNK_START : 0) | (end ? CHUNK_END | last : 0));
  }
  return state;
}

// --- The hashes of docs/wire.md, section 2.
const remembered = (make) => {
  const known = new Map();
  return (...parts) => {
    const name = parts.map((part) => (typeof part === "string" ? part : hex(part))).join(" ");
    if (!known.has(name)) known.set(name, make(...parts));
    return known.get(name);
  };
};
const keyOf = remembered((domain) =>
  subtree(new Uint8Array(0), subtree(utf8("yaosu 2026-11-24 " + domain), INITIAL, CONTEXT, 0, ROOT), MATERIAL, 0, ROOT));
export const digest = (domain, data) => bytesOf(subtree(data, keyOf(domain), KEYED, 0, ROOT));

// --- SHA-512: FIPS 180-4. Its constants are the roots of the first primes.
const WORD = (1n << 64n) - 1n;
const PRIMES = Array.from({ length: 410 }, (_, n) => n).filter((n) => n > 1 && !Array.from({ length: n }, (_, d) => d).some((d) => d > 1 && n % d === 0));
const root = (power, n) => { // the first 64 bits behind the point
  let low = 0n, high = 1n << 70n;
  while (high - low > 1n) { const middle = (low + high) / 2n; if (middle ** power <= BigInt(n) << (64n * power)) low = middle; else high = middle; }
  return low & WORD;
};
const ROUNDS = PRIMES.slice(0, 80).map((n) => root(3n, n)), START = PRIMES.slice(0, 8).map((n) => root(2n, n));

function sha512(data) {
  const padded = join(data, [128], new Uint8Array((239 - (data.length % 128)) % 128), little(8 * data.length, 16).reverse());
  const turn = (word, by) => (word >> by) | ((word << (64n - by)) & WORD);
  let state = START;
  for (let at = 0; at < padded.length; at += 128) {
    const w = Array.from({ length: 16 }, (_, n) => fromLittle(padded.slice(at + 8 * n, at + 8 * n + 8).reverse()));
    for (let n = 16; n < 80; n++) {
      const [x, y] = [w[n - 15], w[n - 2]];
      w.push((w[n - 16] + (turn(x, 1n) ^ turn(x, 8n) ^ (x >> 7n)) + w[n - 7] + (turn(y, 19n) ^ turn(y, 61n) ^ (y >> 6n))) & WORD);
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let n = 0; n < 80; n++) {
      const t = h + (turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n)) + ((e & f) ^ (~e & WORD & g)) + ROUNDS[n] + w[n];
      const s = (turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c));
      [a, b, c, d, e, f, g, h] = [(t + s) & WORD, a, b, c, (d + t) & WORD, e, f, g];
    }
    state = [a, b, c, d, e, f, g, h].map((word, n) => (word + state[n]) & WORD);
  }
  return join(...state.map((word) => little(word, 8).reverse()));
}

// --- Ed25519 by the rule of ZIP-215 (docs/wire.md, section 3). Points are [X, Y, Z, T] with x = X/Z, y = Y/Z, xy = T/Z.
const P = 2n ** 255n - 19n, L = 2n ** 252n + 27742317777372353535851937790883648493n;
const mod = (n) => ((n % P) + P) % P;
const power = (base, exponent) => {
  let result = 1n;
  for (; exponent > 0n; exponent >>= 1n, base = mod(base * base)) if (exponent & 1n) result = mod(result * base);
  return result;
};
const D = mod(-121665n * power(121666n, P - 2n)), ROOT_OF_MINUS_1 = power(2n, (P - 1n) / 4n);

function point(encoding) { // null if it encodes no point; every encoding of a point is taken
  const number = fromLittle(encoding), y = mod(number & (2n ** 255n - 1n)), sign = number >> 255n;
  const u = mod(y * y - 1n), v = mod(D * y * y + 1n);
  let x = mod(u * v ** 3n * power(u * v ** 7n % P, (P - 5n) / 8n));
  if (mod(v * x * x) === mod(-u)) x = mod(x * ROOT_OF_MINUS_1);
  if (mod(v * x * x) !== u) return null;
  if ((x & 1n) !== sign) x = mod(-x);
  return [x, y, 1n, mod(x * y)];
}
function add(a, b) {
  const m = (a[1] - a[0]) * (b[1] - b[0]), n = (a[1] + a[0]) * (b[1] + b[0]), c = 2n * a[3] * b[3] * D, d = 2n * a[2] * b[2];
  const [e, f, g, h] = [mod(n - m), mod(d - c), mod(d + c), mod(n + m)];
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}
const minus = ([x, y, z, t]) => [mod(-x), y, z, mod(-t)];
const BASE = point(Uint8Array.from({ length: 32 }, (_, at) => (at ? 0x66 : 0x58)));

export const signatureHolds = remembered((key, message, signature) => {
  const a = point(key), r = point(signature.subarray(0, 32)), s = fromLittle(signature.subarray(32));
  if (!a || !r || s >= L) return false;
  const k = fromLittle(sha512(join(signature.subarray(0, 32), key, message))) % L;
  const sums = [[0n, 1n, 1n, 0n], BASE, minus(a), add(BASE, minus(a))];
  let total = sums[0];
  for (let bit = 252n; bit >= 0n; bit--) total = add(add(total, total), sums[Number(((s >> bit) & 1n) + 2n * ((k >> bit) & 1n))]);
  total = add(total, minus(r));
  for (let times = 0; times < 3; times++) total = add(total, total); // times 8
  return total[0] === 0n && total[1] === total[2];
});

// --- Canonical bytes (docs/wire.md, section 1). Integers that may be large are BigInt.
export function varint(number) {
  const n = BigInt(number);
  const [mark, size] = n < 251n ? [Number(n), 0] : n < 2n ** 16n ? [251, 2] : n < 2n ** 32n ? [252, 4] : [253, 8];
  return join([mark], little(n, size));
}
class Reader {
  constructor(data, place) { Object.assign(this, { data, place, at: 0 }); }
  take(count) {
    if (this.at + count > this.data.length) throw new Damaged("form", this.place, text`too few bytes`);
    this.at += count;
    return this.data.subarray(this.at - count, this.at);
  }
  integer(bits = 64) {
    const [first] = this.take(1), size = { 251: 2, 252: 4, 253: 8 }[first] ?? 0;
    const n = size ? fromLittle(this.take(size)) : BigInt(first);
    if (first > 253 || n >> BigInt(bits) || varint(n)[0] !== first) throw new Damaged("form", this.place, text`an integer that is not in its one form`);
    return n;
  }
  maybe(read) {
    const [flag] = this.take(1);
    if (flag > 1) throw new Damaged("form", this.place, text`a choice that there is not`);
    return flag ? read() : null;
  }
}

// --- The form (docs/evidence.md, "The form"). JSON.parse would take a member that stands twice, and inexact numbers.
function parse(data) {
  const fault = (found) => new Damaged("form", text`JSON`, found);
  if (data.length > BYTES_MAX) throw fault(text`${data.length} bytes`);
  let json, at = 0;
  try { json = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data); } catch { throw fault(text`bytes that are no text in UTF-8`); }
  const match = (pattern) => { pattern.lastIndex = at; const found = pattern.exec(json)?.[0]; if (found !== undefined) at += found.length; return found; };
  const next = (token) => { match(/[ \t\n\r]*/y); const there = json.startsWith(token, at); if (there) at += token.length; return there; };
  const string = () => {
    const literal = match(/"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y);
    if (literal === undefined) throw fault(text`no text in quotation marks at character ${at}`);
    const found = JSON.parse(literal);
    if (/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(found)) throw fault(text`half a character`);
    return found;
  };
  const list = (end, depth, item) => {
    if (depth > DEPTH_MAX) throw fault(text`too many levels`);
    if (next(end)) return;
    do { next(""); item(); } while (next(","));
    if (!next(end)) throw fault(text`no ${end} at character ${at}`);
  };
  const value = (depth) => {
    if (next("{")) {
      const found = new Map();
      list("}", depth, () => {
        const name = string();
        if (found.has(name) || !next(":")) throw fault(text`the member ${name} twice or without a value at character ${at}`);
        found.set(name, value(depth + 1));
      });
      return found;
    }
    if (next("[")) { const found = []; list("]", depth, () => found.push(value(depth + 1))); return found; }
    for (const [token, meaning] of [["null", null], ["true", true], ["false", false]]) if (next(token)) return meaning;
    if (json[at] === '"') return string();
    if (at === json.length) throw fault(text`its end too early`);
    if (!/[-0-9]/.test(json[at])) throw fault(text`something else at character ${at}`);
    const digits = match(/(?:0|[1-9][0-9]*)(?![0-9.eE])/y);
    if (digits === undefined || digits.length > 16 || Number(digits) > INTEGER_MAX) throw fault(text`a number that is no integer from 0 to ${INTEGER_MAX} at character ${at}`);
    return Number(digits);
  };
  const found = value(1);
  next("");
  if (at < json.length) throw fault(text`more behind its end at character ${at}`);
  return found;
}

const form = (holds, expected, found) => { if (!holds) throw new Damaged("form", expected, found?.template ? found : String(found).slice(0, 80)); };
function members(value, ...names) {
  form(value instanceof Map && value.size === names.length && names.every((name) => value.has(name)), text`an object of ${names.join(", ")}`, !(value instanceof Map) ? value : value.size ? [...value.keys()] : text`no members`);
  return names.map((name) => value.get(name));
}
function rows(value, ...names) {
  form(Array.isArray(value), text`a list`, value);
  return value.map((one) => (names.length ? members(one, ...names) : one));
}
function integer(value, limit = 2 ** 32 - 1) {
  form(typeof value === "number" && value <= limit, text`an integer up to ${limit}`, value);
  return value;
}
function unhex(value, count) {
  form(typeof value === "string" && /^(?:[0-9a-f]{2})*$/.test(value), text`hexadecimal digits`, value);
  form(count === undefined || value.length === 2 * count, text`${count} bytes`, value);
  return Uint8Array.from({ length: value.length / 2 }, (_, at) => parseInt(value.slice(2 * at, 2 * at + 2), 16));
}
const readValidators = (value) => rows(value, "operator", "key", "power").map(([operator, key, power]) =>
  ({ operator: unhex(operator, 32), key: unhex(key, 32), power: integer(power, INTEGER_MAX) }));

function readBlock(header, certificate) {
  const reader = new Reader(unhex(header), text`the bytes of a header`), take = () => reader.take(32), block = {};
  Object.assign(block, { version: reader.integer(16), chain: take(), height: reader.integer(), parent: take(), time: reader.integer(), proposer: take() });
  Object.assign(block, { transactionsRoot: take(), eventsRoot: take(), stateRoot: take(), nextValidators: take() });
  form(reader.at === reader.data.length, reader.place, text`more bytes`);
  const [round, signatures] = members(certificate, "round", "signatures");
  const list = rows(signatures, "operator", "signature").map(([operator, signature]) => ({ operator: unhex(operator, 32), signature: unhex(signature, 64) }));
  return { ...block, id: digest("block id", reader.data), round: integer(round), signatures: list };
}
function readPath(value) {
  const [index, count, siblings] = members(value, "index", "count", "siblings");
  return { index: integer(index), count: integer(count), siblings: rows(siblings).map((one) => unhex(one, 32)) };
}
function readEvent(value, ...more) {
  const [bytes, path] = members(value, ...more, "bytes", "path").slice(more.length);
  const reader = new Reader(unhex(bytes), text`the bytes of an event`);
  return { cause: reader.maybe(() => reader.take(32)), number: reader.integer(32), bytes: reader.data, path: readPath(path) };
}
function readStatement(value) {
  const kind = value instanceof Map ? value.get("kind") : undefined;
  if (kind === "event") return { kind, ...readEvent(value, "kind") };
  if (kind === "record") {
    const [, key, record, siblings, other] = members(value, "kind", "key", "value", "siblings", "other");
    form(record === null || other === null, text`a value or another leaf`, text`both`);
    const leaf = other === null ? null : members(other, "path", "value_hash").map((one) => unhex(one, 32));
    return { kind, key: unhex(key), value: record === null ? null : unhex(record), siblings: rows(siblings).map((one) => unhex(one, 32)), other: leaf };
  }
  form(kind === "transaction", text`a statement`, kind);
  const [, body, approvals, path, before, events, after] = members(value, "kind", "body", "approvals", "path", "before", "events", "after");
  const reader = new Reader(unhex(body), text`the bytes of a transaction`);
  const front = { chain: reader.take(32), signer: reader.take(32), lane: reader.integer(32), sequence: reader.integer() };
  Object.assign(front, { validUntil: reader.maybe(() => reader.integer()), action: reader.integer(32), body: reader.data });
  const list = rows(approvals, "key", "signature").map(([key, signature]) => ({ key: unhex(key, 32), signature: unhex(signature, 64) }));
  const [earlier, later] = [before, after].map((one) => (one === null ? null : readEvent(one)));
  return { kind, id: digest("transaction id", front.body), ...front, approvals: list, path: readPath(path), before: earlier, events: rows(events).map((one) => readEvent(one)), after: later };
}
function readEvidence(data) {
  const [format, statement, block, handovers] = members(parse(data), "format", "statement", "block", "handovers", "decoded");
  form(format === "yaosu-evidence/1", "yaosu-evidence/1", format);
  const changes = rows(handovers, "header", "certificate", "validators").map(([header, certificate, next]) => ({ block: readBlock(header, certificate), next: readValidators(next) }));
  return { statement: readStatement(statement), block: readBlock(...members(block, "header", "certificate")), changes };
}
const ascends = (list) => list.every((one, at) => at === 0 || hex(list[at - 1]) < hex(one));
const isSet = (validators) => validators.length >= 1 && validators.length <= 100 && ascends(validators.map((one) => one.operator)) // docs/wire.md, section 6
  && new Set(validators.map((one) => hex(one.key))).size === validators.length && validators.every((one) => one.power >= 1 && one.power <= 2 ** 32);

export function readCheckpoint(data) {
  const [format, chain, height, list] = members(parse(data), "format", "chain", "height", "validators");
  form(format === "yaosu-checkpoint/1", "yaosu-checkpoint/1", format);
  const validators = readValidators(list);
  form(isSet(validators), text`validators that make a set`, text`${validators.length} validators`);
  return { chain: unhex(chain, 32), height: BigInt(integer(height, INTEGER_MAX)), validators };
}

// --- The checks (docs/evidence.md, "The checks"), each under the name that the other verifiers give it. Gives the list of
// those that were made (the last is the one that failed, if one did), whether all hold, and then what is proved. `asked` is
// the statement as the file has it, if the file has the form: of bytes that may not be proved.
export function verify(evidence, checkpoint) {
  const checks = [];
  let asked = null;
  try {
    const trusted = readCheckpoint(checkpoint), file = readEvidence(evidence);
    asked = file.statement;
    const proved = examine(file, trusted, (name, found) => checks.push({ name, holds: true, expected: found, found }));
    return { holds: true, checks, asked, proved, notChecked: ["decoded"] };
  } catch (fault) {
    if (!(fault instanceof Damaged)) throw fault;
    checks.push({ name: fault.name, holds: false, expected: fault.expected, found: fault.found });
    return { holds: false, checks, asked, proved: null, notChecked: ["decoded"] };
  }
}

function examine({ statement, block, changes }, { chain, height, validators }, say) {
  const shown = (value) => (value instanceof Uint8Array ? hex(value) : value?.template ? value : String(value));
  const check = (name, holds, expected, found) => { if (!holds) throw new Damaged(name, shown(expected), shown(found)); say(name, shown(found)); };
  const equal = (name, expected, found) => check(name, shown(expected) === shown(found), expected, found);
  const signed = (tag, payload) => join(utf8(tag.padEnd(24, "\0")), chain, payload);

  const certificateFault = (block, set) => {
    const message = signed("yaosu/1 vote", join([1], varint(block.height), varint(block.round), [1], block.id));
    if (!ascends(block.signatures.map((one) => one.operator))) return text`signatures out of order`;
    let weight = 0;
    for (const { operator, signature } of block.signatures) {
      const validator = set.find((one) => hex(one.operator) === hex(operator));
      if (!validator) return text`a signature of ${hex(operator)}, who is no validator`;
      if (!signatureHolds(validator.key, message, signature)) return text`a bad signature of ${hex(operator)}`;
      weight += validator.power;
    }
    const total = set.reduce((sum, one) => sum + one.power, 0);
    return 3 * weight > 2 * total ? null : text`signatures of a weight of ${weight} of ${total}`;
  };
  const checkBlock = (block, since, set) => {
    const name = `block ${block.height}: `;
    equal(name + "version", 2, block.version);
    equal(name + "chain", chain, block.chain);
    check(name + "height", block.height >= since, text`${since} or above`, block.height);
    const fault = certificateFault(block, set);
    check(name + "certificate", fault === null, text`good signatures of more than two thirds of ${set.length} validators by weight`, fault ?? text`${block.signatures.length} of ${set.length} validators`);
  };
  const inList = (name, leaf, { index, count, siblings }, expected) => {
    const turns = [];
    for (let place = index, length = count; length > 1 && index < count; ) { // from the top down, cut at the largest power of two below the length
      const left = 2 ** (31 - Math.clz32(length - 1)), right = place >= left;
      turns.push(right);
      [place, length] = right ? [place - left, length - left] : [place, left];
    }
    const fits = index < count && turns.length === siblings.length;
    const top = fits ? turns.reduceRight((below, right, at) => digest("merkle node", right ? join(siblings[at], below) : join(below, siblings[at])), leaf) : leaf;
    check(name, fits && hex(digest("merkle root", join(little(count, 8), top))) === hex(expected), text`a leaf under ${hex(expected)}`, leaf);
  };
  const checkRecord = ({ key, value, siblings, other }) => {
    const path = digest("state key", key), bit = (way, depth) => (way[depth >> 3] >> (7 - (depth & 7))) & 1;
    let holds = siblings.length <= 256, top = new Uint8Array(32);
    if (value !== null) top = digest("state leaf", join(path, digest("state value", value)));
    else if (other !== null) {
      holds &&= hex(other[0]) !== hex(path) && siblings.every((_, depth) => bit(other[0], depth) === bit(path, depth));
      top = digest("state leaf", join(...other));
    }
    if (holds) top = siblings.reduceRight((below, sibling, depth) => digest("state node", bit(path, depth) ? join(sibling, below) : join(below, sibling)), top);
    check("record: inclusion", holds && hex(top) === hex(block.stateRoot), text`as under ${hex(block.stateRoot)}`, value ?? text`no record`);
  };
  const checkTransaction = (found) => {
    equal("transaction: chain", chain, found.chain);
    const { id, approvals, before, events, after } = found;
    const few = approvals.length >= 1 && approvals.length <= 32, bad = few && approvals.find(({ key, signature }) => !signatureHolds(key, signed("yaosu/1 transaction", id), signature));
    const fault = !few ? text`${approvals.length} signatures` : !ascends(approvals.map((one) => one.key)) ? text`signatures out of order` : bad ? text`a bad signature of the key ${hex(bad.key)}` : null;
    check("transaction: approvals", fault === null, text`1 to 32 good signatures, ascending by key`, fault ?? text`${approvals.length} signatures`);
    const whole = join(found.body, varint(approvals.length), ...approvals.flatMap(({ key, signature }) => [key, signature]));
    inList("transaction: inclusion", digest("transaction leaf", whole), found.path, block.transactionsRoot);
    const all = [before, ...events, after].filter((one) => one !== null), last = events.at(-1)?.path;
    const placed = events.length > 0 && all.every((one) => one.path.count === last.count) && all.every((one, at) => at === 0 || all[at - 1].path.index + 1 === one.path.index)
      && (events[0].path.index === 0) === (before === null) && (last.index + 1 === last.count) === (after === null);
    check("events: places", placed, text`the events of the transaction with their neighbours`, text`${events.length} events`);
    for (const one of all) inList("events: inclusion", digest("event leaf", one.bytes), one.path, block.eventsRoot);
    const own = (one) => one.cause !== null && hex(one.cause) === hex(id);
    check("events: cause", events.every(own) && ![before, after].some((one) => one && own(one)), text`all events that the transaction caused, and no other`, text`${events.length} events`);
    return id;
  };

  equal("form", "yaosu-evidence/1", "yaosu-evidence/1");
  let since = height, set = validators;
  for (const { block: change, next } of changes.filter((one) => one.block.height >= height)) { // who trusts a later set needs none of the earlier handovers
    checkBlock(change, since, set);
    const encoded = join(varint(next.length), ...next.flatMap(({ operator, key, power }) => [operator, key, varint(power)]));
    equal(`block ${change.height}: next validators`, change.nextValidators, digest("validator set", encoded));
    check(`block ${change.height}: next set`, isSet(next), text`validators that make a set`, text`${next.length} validators`);
    [since, set] = [change.height + 1n, next];
  }
  checkBlock(block, since, set);
  const proved = { chain: hex(chain), block: `${block.height} ${hex(block.id)}`, time: utc(block.time) };
  if (statement.kind === "transaction") {
    proved.transaction = hex(checkTransaction(statement));
    Object.assign(proved, { signer: hex(statement.signer), lane: statement.lane, number: statement.sequence, action: statement.action, events: statement.events.map((one) => one.number).join(", ") });
  } else if (statement.kind === "event") {
    inList("event: inclusion", digest("event leaf", statement.bytes), statement.path, block.eventsRoot);
    Object.assign(proved, { event: statement.number, "caused by": statement.cause === null ? "the block" : hex(statement.cause), bytes: hex(statement.bytes) });
  } else {
    checkRecord(statement);
    Object.assign(proved, { record: hex(statement.key), value: statement.value === null ? "no record" : hex(statement.value) });
  }
  return proved;
}
const utc = (milliseconds) => (milliseconds <= 253402300799999n ? new Date(Number(milliseconds)).toISOString() : `${milliseconds} ms`);

// What a content_root is of a file: its plain BLAKE3. read(from, to) promises these bytes, a mebibyte of them at most.
export async function fileDigest(size, read) {
  const part = async (from, to, last) => {
    if (to - from <= 2 ** 20) return subtree(await read(from, to), INITIAL, 0, from / 1024, last);
    const middle = from + 2 ** (31 - Math.clz32((to - from - 1) / 1024)) * 1024;
    const halves = [await part(from, middle, 0), await part(middle, to, 0)];
    return compress(INITIAL, halves.flat(), 0, 64, PARENT | last);
  };
  return hex(bytesOf(await part(0, size, ROOT)));
}

// --- From the command line.
async function main(words) {
  const { readFileSync, readdirSync } = await import("node:fs");
  const batch = words[0] === "--batch";
  if (words.length !== (batch ? 3 : 2)) {
    console.error("node verify.mjs EVIDENCE CHECKPOINT\nnode verify.mjs --batch FOLDER CHECKPOINT");
    return 2;
  }
  const [target, trust] = words.slice(-2), checkpoint = readFileSync(trust);
  try {
    readCheckpoint(checkpoint);
  } catch (fault) {
    if (!(fault instanceof Damaged)) throw fault;
    console.error(`${trust} is not a checkpoint: expected ${fault.expected}, found ${fault.found}`);
    return 1;
  }
  if (batch) {
    for (const name of readdirSync(target).sort()) {
      const { holds, checks } = verify(readFileSync(`${target}/${name}`), checkpoint);
      console.log(`${name}\t${holds ? "holds" : checks.at(-1).name}`);
    }
    return 0;
  }
  const { holds, checks, proved } = verify(readFileSync(target), checkpoint);
  for (const { name, holds: good, expected, found } of checks) console.log(good ? `ok    ${name}: ${found}` : `WRONG ${name}\n      expected ${expected}\n      found    ${found}`);
  if (holds) console.log(["The evidence holds:", ...Object.entries(proved).map(([name, value]) => `${name} ${value}`), 'not checked: "decoded", what the file says that its bytes mean'].join("\n"));
  return holds ? 0 : 6;
}
if (typeof process !== "undefined" && process.argv?.[1]?.endsWith("verify.mjs")) process.exitCode = await main(process.argv.slice(2));
