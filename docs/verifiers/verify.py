#!/usr/bin/env python3
"""Checks Yaosu evidence offline, against a checkpoint that you trust. docs/evidence.md says what every field means.

    pip install -r requirements.txt
    python3 verify.py EVIDENCE CHECKPOINT        prints each check; exit code 0 holds, 6 does not
    python3 verify.py --batch FOLDER CHECKPOINT  one line a file: its name, "holds" or the check that failed

Needs Python 3.11 and blake3. Not checked: the member "decoded", which is for reading only.
"""
import hashlib, json, pathlib, sys
from datetime import datetime, timedelta
from functools import lru_cache

from blake3 import blake3

INTEGER_MAX, BYTES_MAX, DEPTH_MAX = 2**53 - 1, 16 * 1024 * 1024, 64


class Damaged(Exception):
    """The file is not what it should be: the check's name, what must be there, what is there."""


# --- Ed25519 by the rule of ZIP-215 (docs/wire.md, section 3). Points are (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z.
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P)


def point(encoding):  # None if it encodes no point; every encoding of a point is taken
    number = int.from_bytes(encoding, "little")
    y, sign = (number & (2**255 - 1)) % P, number >> 255
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P == -u % P:
        x = x * ROOT % P
    if v * x * x % P != u:
        return None
    x = -x % P if x & 1 != sign else x
    return (x, y, 1, x * y % P)


def add(a, b):
    e, f = (a[1] - a[0]) * (b[1] - b[0]), (a[1] + a[0]) * (b[1] + b[0])
    c, d = 2 * a[3] * b[3] * D, 2 * a[2] * b[2]
    e, f, g, h = (f - e) % P, (d - c) % P, (d + c) % P, (f + e) % P
    return (e * f % P, g * h % P, f * g % P, e * h % P)


IDENTITY, BASE = (0, 1, 1, 0), point(bytes([0x58]) + bytes([0x66]) * 31)


@lru_cache(maxsize=None)
def signature_holds(key, message, signature):
    a, r, s = point(key), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    minus_a = (P - a[0], a[1], 1, P - a[3])
    sums, total = (IDENTITY, BASE, minus_a, add(BASE, minus_a)), IDENTITY
    for bit in range(252, -1, -1):  # [s]B - [k]A
        total = add(add(total, total), sums[(s >> bit & 1) + 2 * (k >> bit & 1)])
    total = add(total, (P - r[0], r[1], 1, P - r[3]))
    for _ in range(3):  # times 8
        total = add(total, total)
    return total[0] == 0 and total[1] == total[2]


# --- Hashes and bytes (docs/wire.md, sections 1, 2 and 7).
@lru_cache(maxsize=None)
def key_of(domain):
    return blake3(b"", derive_key_context="yaosu 2026-11-24 " + domain).digest()


def digest(domain, data):
    return blake3(data, key=key_of(domain)).digest()


def varint(n):
    if n < 251:
        return bytes([n])
    size = 2 if n < 2**16 else 4 if n < 2**32 else 8
    return bytes([{2: 251, 4: 252, 8: 253}[size]]) + n.to_bytes(size, "little")


class Reader:
    def __init__(self, data, place):
        self.data, self.at, self.place = data, 0, place

    def take(self, count):
        if self.at + count > len(self.data):
            raise Damaged("form", self.place, "too few bytes")
        self.at += count
        return self.data[self.at - count : self.at]

    def integer(self, bits=64):
        first = self.take(1)[0]
        size = {251: 2, 252: 4, 253: 8}.get(first, 0)
        n = int.from_bytes(self.take(size), "little") if size else first
        if first > 253 or n >= 2**bits or (size and varint(n)[0] != first):
            raise Damaged("form", self.place, "an integer that is not in its one form")
        return n

    def maybe(self, read):
        flag = self.take(1)[0]
        if flag > 1:
            raise Damaged("form", self.place, "a choice that there is not")
        return read() if flag else None


# --- The form (docs/evidence.md, "The form").
def parse(data):
    def once(pairs):
        if len({name for name, _ in pairs}) < len(pairs):
            raise ValueError("a member stands twice")
        return dict(pairs)

    def digits(text):
        if len(text) > 16 or not 0 <= int(text) <= INTEGER_MAX or text[0] == "-":
            raise ValueError(f"{text[:20]} is not an integer from 0 to {INTEGER_MAX}")
        return int(text)

    def refuse(text):
        raise ValueError(f"{text[:20]} is not an integer")

    def depth(value):
        inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
        return 0 if inside is None else 1 + max(map(depth, inside), default=0)

    try:
        if len(data) > BYTES_MAX:
            raise ValueError(f"{len(data)} bytes")
        value = json.loads(data.decode(), object_pairs_hook=once, parse_int=digits, parse_float=refuse, parse_constant=refuse)
        if depth(value) > DEPTH_MAX:
            raise ValueError("too many levels")
        json.dumps(value, ensure_ascii=False).encode()  # half of a surrogate pair has no bytes
        return value
    except json.JSONDecodeError as error:
        raise Damaged("form", "JSON", f"something else at character {error.pos}") from None
    except UnicodeDecodeError:
        raise Damaged("form", "JSON", "bytes that are no text in UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise Damaged("form", "JSON", str(error)) from None


def form(holds, expected, found):
    if not holds:
        raise Damaged("form", expected, str(found)[:80])


def members(value, *names):
    form(isinstance(value, dict) and set(value) == set(names), f"an object of {', '.join(names)}", value)
    return [value[name] for name in names]


def items(value):
    form(isinstance(value, list), "a list", value)
    return value


def integer(value, limit=2**32 - 1):
    form(type(value) is int and value <= limit, f"an integer up to {limit}", value)
    return value


def unhex(value, count=None):
    form(isinstance(value, str) and len(value) % 2 == 0 and set(value) <= set("0123456789abcdef"), "hexadecimal digits", value)
    form(count is None or len(value) == 2 * count, f"{count} bytes", value)
    return bytes.fromhex(value)


def read_validators(value):
    rows = [members(one, "operator", "key", "power") for one in items(value)]
    return [(unhex(operator, 32), unhex(key, 32), integer(power, INTEGER_MAX)) for operator, key, power in rows]


def read_block(header, certificate):
    reader = Reader(unhex(header), "the bytes of a header")
    names = "version chain height parent time proposer transactions_root events_root state_root next_validators".split()
    integers = {"version": 16, "height": 64, "time": 64}
    block = {name: reader.integer(integers[name]) if name in integers else reader.take(32) for name in names}
    form(reader.at == len(reader.data), reader.place, "more bytes")
    block["id"] = digest("block id", reader.data)
    block["round"], signatures = members(certificate, "round", "signatures")
    integer(block["round"])
    rows = [members(one, "operator", "signature") for one in items(signatures)]
    block["signatures"] = [(unhex(operator, 32), unhex(signature, 64)) for operator, signature in rows]
    return block


def read_path(value):
    index, count, siblings = members(value, "index", "count", "siblings")
    return integer(index), integer(count), [unhex(one, 32) for one in items(siblings)]


def read_event(value, *more):
    *_, data, path = members(value, *more, "bytes", "path")
    reader = Reader(unhex(data), "the bytes of an event")
    cause = reader.maybe(lambda: reader.take(32))
    return {"cause": cause, "number": reader.integer(32), "bytes": reader.data, "path": read_path(path)}


def read_statement(value):
    form(isinstance(value, dict) and value.get("kind") in ("transaction", "event", "record"), "a statement", value)
    if value["kind"] == "event":
        return "event", read_event(value, "kind")
    if value["kind"] == "record":
        _, key, record, siblings, other = members(value, "kind", "key", "value", "siblings", "other")
        record = None if record is None else unhex(record)
        form(record is None or other is None, "a value or another leaf", "both")
        other = None if other is None else [unhex(one, 32) for one in members(other, "path", "value_hash")]
        return "record", {"key": unhex(key), "value": record, "siblings": [unhex(one, 32) for one in items(siblings)], "other": other}
    _, body, approvals, path, before, events, after = members(value, "kind", "body", "approvals", "path", "before", "events", "after")
    reader = Reader(unhex(body), "the bytes of a transaction")
    found = {"body": reader.data, "chain": reader.take(32), "signer": reader.take(32), "lane": reader.integer(32), "sequence": reader.integer()}
    found["valid_until"], found["action"] = reader.maybe(reader.integer), reader.integer(32)
    rows = [members(one, "key", "signature") for one in items(approvals)]
    found["approvals"], found["path"] = [(unhex(key, 32), unhex(signature, 64)) for key, signature in rows], read_path(path)
    found["before"], found["after"] = (None if one is None else read_event(one) for one in (before, after))
    found["events"] = [read_event(one) for one in items(events)]
    return "transaction", found


def read_evidence(data):
    version, statement, block, handovers, _ = members(parse(data), "format", "statement", "block", "handovers", "decoded")
    form(version == "yaosu-evidence/1", "yaosu-evidence/1", version)
    rows = [members(one, "header", "certificate", "validators") for one in items(handovers)]
    handovers = [(read_block(header, certificate), read_validators(validators)) for header, certificate, validators in rows]
    return read_statement(statement), read_block(*members(block, "header", "certificate")), handovers


def set_fault(validators):  # docs/wire.md, section 6
    operators, keys = [one[0] for one in validators], {one[1] for one in validators}
    good = 1 <= len(validators) <= 100 and all(a < b for a, b in zip(operators, operators[1:]))
    good = good and len(keys) == len(validators) and all(1 <= power <= 2**32 for _, _, power in validators)
    return None if good else "no set"


def read_checkpoint(data):
    version, chain, height, validators = members(parse(data), "format", "chain", "height", "validators")
    form(version == "yaosu-checkpoint/1", "yaosu-checkpoint/1", version)
    validators = read_validators(validators)
    form(set_fault(validators) is None, "validators that make a set", "others")
    return unhex(chain, 32), integer(height, INTEGER_MAX), validators


# --- The checks (docs/evidence.md, "The checks"), each under the name that the other verifiers give it.
def verify(data, checkpoint, say=lambda name, found: None):
    def check(name, holds, expected, found):
        found = found.hex() if isinstance(found, bytes) else found
        if not holds:
            raise Damaged(name, expected.hex() if isinstance(expected, bytes) else expected, found)
        say(name, found)

    def signed(tag, payload):
        return tag.ljust(24, b"\0") + chain + payload

    def certificate_fault(block, validators):
        vote = b"\1" + varint(block["height"]) + varint(block["round"]) + b"\1" + block["id"]
        known = {operator: (key, power) for operator, key, power in validators}
        operators = [operator for operator, _ in block["signatures"]]
        if not all(a < b for a, b in zip(operators, operators[1:])):
            return "signatures out of order"
        for operator, signature in block["signatures"]:
            if operator not in known:
                return f"a signature of {operator.hex()}, who is no validator"
            if not signature_holds(known[operator][0], signed(b"yaosu/1 vote", vote), signature):
                return f"a bad signature of {operator.hex()}"
        weight, total = sum(known[operator][1] for operator in operators), sum(power for _, _, power in validators)
        return None if 3 * weight > 2 * total else f"signatures of a weight of {weight} of {total}"

    def check_block(block, since, validators):
        name = f"block {block['height']}: "
        check(name + "version", block["version"] == 2, 2, block["version"])
        check(name + "chain", block["chain"] == chain, chain, block["chain"])
        check(name + "height", block["height"] >= since, f"{since} or above", block["height"])
        fault = certificate_fault(block, validators)
        check(name + "certificate", fault is None, f"good signatures of more than two thirds of {len(validators)} validators by weight", fault or f"{len(block['signatures'])} of {len(validators)} validators")

    def in_list(name, leaf, path, root):
        index, count, siblings = path
        turns, place, length = [], index, count
        while length > 1 and index < count:  # from the top down, cut at the largest power of two below the length
            left = 1 << (length - 1).bit_length() - 1
            turns.append(place >= left)
            place, length = (place - left, length - left) if place >= left else (place, left)
        top = leaf
        for right, sibling in zip(reversed(turns), reversed(siblings)):
            top = digest("merkle node", sibling + top if right else top + sibling)
        holds = index < count and len(turns) == len(siblings) and digest("merkle root", count.to_bytes(8, "little") + top) == root
        check(name, holds, f"a leaf under {root.hex()}", leaf)

    def check_record(record):
        path, value, other, siblings = digest("state key", record["key"]), record["value"], record["other"], record["siblings"]
        bit = lambda way, depth: way[depth // 8] >> 7 - depth % 8 & 1
        holds = len(siblings) <= 256
        if value is not None:
            top = digest("state leaf", path + digest("state value", value))
        elif other is None:
            top = bytes(32)
        else:
            holds = holds and other[0] != path and all(bit(other[0], depth) == bit(path, depth) for depth in range(len(siblings)))
            top = digest("state leaf", other[0] + other[1])
        for depth in range(len(siblings) - 1, -1, -1) if holds else []:
            top = digest("state node", siblings[depth] + top if bit(path, depth) else top + siblings[depth])
        check("record: inclusion", holds and top == block["state_root"], f"as under {block['state_root'].hex()}", "no record" if value is None else value)

    def check_transaction(found):
        check("transaction: chain", found["chain"] == chain, chain, found["chain"])
        ident, approvals = digest("transaction id", found["body"]), found["approvals"]
        fault = None
        if not 1 <= len(approvals) <= 32:
            fault = f"{len(approvals)} signatures"
        elif not all(a[0] < b[0] for a, b in zip(approvals, approvals[1:])):
            fault = "signatures out of order"
        else:
            for key, signature in approvals:
                if not signature_holds(key, signed(b"yaosu/1 transaction", ident), signature):
                    fault = f"a bad signature of the key {key.hex()}"
                    break
        check("transaction: approvals", fault is None, "1 to 32 good signatures, ascending by key", fault or f"{len(approvals)} signatures")
        whole = found["body"] + varint(len(approvals)) + b"".join(key + signature for key, signature in approvals)
        in_list("transaction: inclusion", digest("transaction leaf", whole), found["path"], block["transactions_root"])
        own, before, after = found["events"], found["before"], found["after"]
        shown = [one for one in [before, *own, after] if one is not None]
        places = [one["path"][0] for one in shown]
        good = bool(own) and len({one["path"][1] for one in shown}) == 1 and all(a + 1 == b for a, b in zip(places, places[1:]))
        good = good and (own[0]["path"][0] == 0) == (before is None) and (own[-1]["path"][0] + 1 == own[-1]["path"][1]) == (after is None)
        check("events: places", good, "the events of the transaction with their neighbours", f"{len(own)} events")
        for one in shown:
            in_list("events: inclusion", digest("event leaf", one["bytes"]), one["path"], block["events_root"])
        good = all(one["cause"] == ident for one in own) and all(one["cause"] != ident for one in (before, after) if one)
        check("events: cause", good, "all events that the transaction caused, and no other", f"{len(own)} events")
        return ident

    (kind, found), block, handovers = read_evidence(data)
    chain, since, validators = checkpoint
    check("form", True, None, "yaosu-evidence/1")
    for change, following in handovers:
        if change["height"] < checkpoint[1]:
            continue  # who trusts a later set needs none of the earlier handovers
        check_block(change, since, validators)
        encoded = varint(len(following)) + b"".join(operator + key + varint(power) for operator, key, power in following)
        check(f"block {change['height']}: next validators", digest("validator set", encoded) == change["next_validators"], change["next_validators"], digest("validator set", encoded))
        check(f"block {change['height']}: next set", set_fault(following) is None, "validators that make a set", f"{len(following)} validators")
        validators, since = following, change["height"] + 1
    check_block(block, since, validators)
    said = [f"chain {chain.hex()}", f"block {block['height']} {block['id'].hex()}", f"time {utc(block['time'])}"]
    if kind == "transaction":
        ident = check_transaction(found)
        said += [f"transaction {ident.hex()}", f"signer {found['signer'].hex()}, lane {found['lane']}, number {found['sequence']}, action {found['action']}",
                 f"events {', '.join(str(one['number']) for one in found['events'])}"]
    elif kind == "event":
        in_list("event: inclusion", digest("event leaf", found["bytes"]), found["path"], block["events_root"])
        said += [f"event {found['number']}, caused by {'the block' if found['cause'] is None else found['cause'].hex()}", f"bytes {found['bytes'].hex()}"]
    else:
        check_record(found)
        said += [f"record {found['key'].hex()}", "no record" if found["value"] is None else f"value {found['value'].hex()}"]
    return said


def utc(milliseconds):
    try:
        return (datetime(1970, 1, 1) + timedelta(milliseconds=milliseconds)).isoformat(timespec="milliseconds") + "Z"
    except OverflowError:
        return f"{milliseconds} ms"


def main(arguments):
    if len(arguments) == 3 and arguments[0] == "--batch":
        checkpoint = read_checkpoint(pathlib.Path(arguments[2]).read_bytes())
        for path in sorted(pathlib.Path(arguments[1]).iterdir()):
            try:
                verify(path.read_bytes(), checkpoint)
                print(f"{path.name}\tholds")
            except Damaged as fault:
                print(f"{path.name}\t{fault.args[0]}")
        return 0
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        checkpoint = read_checkpoint(pathlib.Path(arguments[1]).read_bytes())
    except Damaged as fault:
        print(f"{arguments[1]} is not a checkpoint: expected {fault.args[1]}, found {fault.args[2]}", file=sys.stderr)
        return 1
    try:
        said = verify(pathlib.Path(arguments[0]).read_bytes(), checkpoint, lambda name, found: print(f"ok    {name}: {found}"))
    except Damaged as fault:
        print(f"WRONG {fault.args[0]}\n      expected {fault.args[1]}\n      found    {fault.args[2]}")
        return 6
    print("The evidence holds:", *said, 'not checked: "decoded", what the file says that its bytes mean', sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
