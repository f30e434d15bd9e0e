#!/usr/bin/env python3
"""Makes and signs Yaosu transactions: the bytes of docs/wire.md from JSON, whose tables this program reads.

    pip install -r ../verifiers/requirements.txt
    python3 sign.py BODY.json < SEED > TRANSACTION    signs with the key whose 32 secret bytes are on standard input
    python3 sign.py --check transactions.json         makes each vector again and compares

Needs Python 3.11 and blake3. Copy what you need: `Layout.encode`, `transaction_id`, `message`, `sign`.
"""
import hashlib, json, pathlib, re, sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "verifiers"))
from verify import BASE, IDENTITY, L, P, add, digest, varint  # noqa: E402: BLAKE3 with domains, varints, points of the curve

INTEGERS = {"u16", "u32", "u64", "Amount", "Timestamp", "Duration", "Height", "BasisPoints"}
TEXTS = {"Handle", "Currency"}


def kebab(name):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


class Layout:
    """The tables of docs/wire.md: records, enumerations, names, sets."""

    def __init__(self, text):
        self.records, self.variants, self.names, self.sets = {}, {}, {}, {}
        head, before = [], ""
        for line in text.splitlines():
            if not line.startswith("|"):
                head, before = [], line or before
                continue
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if not head:
                head = cells
            elif cells[0] == "---":
                continue
            elif head == ["type", "fields in order"]:
                self.records[cells[0]] = self.fields(cells[1])
            elif head == ["number", "name", "fields in order"]:
                owner = re.search(r"(\w+)(?: \([^)]*\))?:$", before)  # "Measure:" stands above its table
                self.variants.setdefault(owner and owner[1], {})[kebab(cells[1])] = (int(cells[0]), self.fields(cells[2]))
            elif head == ["type", "numbers and names", "set"]:
                self.names[cells[0]] = {name: int(n) for n, name in re.findall(r"(\d+) ([\w-]+)", cells[1])}
                if cells[2]:
                    self.sets[cells[2].split(",")[0]] = cells[0]

    @staticmethod
    def fields(text):  # [(name or None, type)]
        parts = [part.split(": ") for part in re.split(r", (?![^(]*\))", text) if part]
        return [(part[0], part[1]) if len(part) == 2 else (None, part[0]) for part in parts]

    def encode(self, kind, value):
        """The canonical bytes of a value of this type."""
        first, _, rest = kind.partition(" ")
        if first == "maybe":
            return b"\0" if value is None else b"\1" + self.encode(rest, value)
        if first == "list":
            items = [self.encode(rest.removeprefix("of "), item) for item in value]
            return varint(len(items)) + b"".join(items)
        if first == "Scope":
            return b"\0" if value == "any" else b"\1" + self.encode("list " + rest, value["only"])
        if kind in ("u8", "bool"):
            return bytes([value])
        if kind in INTEGERS:
            return varint(value)
        if kind in TEXTS or kind.startswith("Text<"):
            return varint(len(value.encode())) + value.encode()
        if kind in ("byte string", "SealedKey"):
            return varint(len(value) // 2) + bytes.fromhex(value)
        if kind in self.records:
            assert set(value) == {name for name, _ in self.records[kind]}, f"members of {kind}: {sorted(value)}"
            return b"".join(self.encode(field, value[name]) for name, field in self.records[kind])
        if kind in self.names:
            return varint(self.names[kind][value])
        if kind in self.sets:
            return varint(sum(1 << self.names[self.sets[kind]][name] for name in value))
        if kind in self.variants:
            return self.variant(kind, value)
        assert len(value) == 64, f"{kind} is not known"
        return bytes.fromhex(value)  # a digest, identifier or key

    def variant(self, kind, value):
        if kind == "Subject":
            value = {value["kind"]: value["id"]}
        name, content = (value, {}) if isinstance(value, str) else next(iter(value.items()))
        number, fields = self.variants[kind][name]
        if fields and fields[0][0] is None:
            return varint(number) + self.encode(fields[0][1], content)
        assert set(content) == {field for field, _ in fields}, f"members of {name}: {sorted(content)}"
        return varint(number) + b"".join(self.encode(field, content[member]) for member, field in fields)


# --- Signatures (docs/wire.md, section 3): Ed25519 as in RFC 8032. Not hardened against who can measure its time: where that
# matters, use the library of your language, which gives the same bytes.
def times(number):
    total, double = IDENTITY, BASE
    while number:
        total = add(total, double) if number & 1 else total
        double, number = add(double, double), number >> 1
    x, y, z, _ = total
    inverse = pow(z, -1, P)
    return (y * inverse % P | (x * inverse % P & 1) << 255).to_bytes(32, "little")


def integer(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little")


def scalar(seed):
    return int.from_bytes(hashlib.sha512(seed).digest()[:32], "little") & (1 << 254) - 8 | 1 << 254


def public_key(seed):
    return times(scalar(seed))


def sign(seed, data):
    a, key = scalar(seed), public_key(seed)
    r = integer(hashlib.sha512(seed).digest()[32:], data) % L
    point = times(r)
    return point + ((r + integer(point, key, data) * a) % L).to_bytes(32, "little")


# --- Transactions (docs/wire.md, section 4).
def transaction_id(body_bytes):
    return digest("transaction id", body_bytes)


def message(chain, identifier):
    return b"yaosu/1 transaction".ljust(24, b"\0") + chain + identifier


def approve(layout, body, seeds):
    """The bytes of the body, the transaction's id, what is signed, the approvals, and the bytes of the transaction."""
    body_bytes = layout.encode("Body", body)
    identifier = transaction_id(body_bytes)
    data = message(bytes.fromhex(body["chain"]), identifier)
    approvals = sorted((public_key(seed), sign(seed, data)) for seed in seeds)
    listed = varint(len(approvals)) + b"".join(key + signature for key, signature in approvals)
    return body_bytes, identifier, data, approvals, body_bytes + listed


def check(layout, document):
    seeds = {key["public"]: bytes.fromhex(key["seed"]) for key in document["keys"]}
    for public, seed in seeds.items():
        assert public_key(seed).hex() == public, f"public half of {seed.hex()}"
    for vector in document["transactions"]:
        signers = [seeds[approval["key"]] for approval in vector["approvals"]]
        body_bytes, identifier, data, approvals, whole = approve(layout, vector["body"], signers)
        found = {
            "body_bytes": body_bytes.hex(),
            "id": identifier.hex(),
            "message": data.hex(),
            "approvals": [{"key": key.hex(), "signature": signature.hex()} for key, signature in approvals],
            "transaction_bytes": whole.hex(),
        }
        for name, value in found.items():
            if vector[name] != value:
                sys.exit(f"{vector['name']}: {name}\n  expected {vector[name]}\n  found    {value}")
    return len(document["transactions"])


def main(words):
    layout = Layout((HERE.parent / "wire.md").read_text())
    if len(words) == 2 and words[0] == "--check":
        count = check(layout, json.loads(pathlib.Path(words[1]).read_text()))
        print(f"sign.py: {count} transactions, byte for byte")
        return 0 if count > 60 else 1
    if len(words) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    seed = sys.stdin.buffer.read(33)
    if len(seed) != 32:
        print("on standard input: the 32 secret bytes of an Ed25519 key", file=sys.stderr)
        return 2
    _, identifier, _, _, whole = approve(layout, json.loads(pathlib.Path(words[0]).read_text()), [seed])
    print(identifier.hex(), file=sys.stderr)
    sys.stdout.buffer.write(whole)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
