"""The signature rule of docs/verifiers/verify.py on the ledger's frozen tables."""
import pathlib, sys

from verify import signature_holds

count = 0
for path in sys.argv[1:]:
    for line in pathlib.Path(path).read_text().splitlines():
        words = ["" if word == "-" else word for word in line.split()]
        if line.startswith("#") or len(words) < 5 or words[1] not in ("valid", "invalid"):
            continue
        key, signature, message = (bytes.fromhex(word) for word in words[2:5])
        if len(key) != 32 or len(signature) != 64:
            continue  # the form of evidence has no such keys and signatures
        count += 1
        if signature_holds(key, message, signature) != (words[1] == "valid"):
            sys.exit(f"{path}: verify.py decides {words[0]} otherwise")
print(f"verify.py: {count} signatures as the ledger decides them")
sys.exit(0 if count > 140 else "the tables are not there")
