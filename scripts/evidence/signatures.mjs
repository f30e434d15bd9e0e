// The signature rule of docs/verifiers/verify.mjs on the ledger's frozen tables.
import { readFileSync } from "node:fs";
import { signatureHolds } from "../../docs/verifiers/verify.mjs";

const bytes = (text) => new Uint8Array(Buffer.from(text === "-" ? "" : text, "hex"));
let count = 0;
for (const path of process.argv.slice(2)) {
  for (const line of readFileSync(path, "utf8").split("\n")) {
    const [name, verdict, key, signature, message] = line.split(" ");
    if (name === "#" || !["valid", "invalid"].includes(verdict)) continue;
    if (key.length !== 64 || signature.length !== 128) continue; // the form of evidence has no such keys and signatures
    count += 1;
    if (signatureHolds(bytes(key), bytes(message), bytes(signature)) !== (verdict === "valid")) {
      console.error(`${path}: verify.mjs decides ${name} otherwise`);
      process.exit(1);
    }
  }
}
console.log(`verify.mjs: ${count} signatures as the ledger decides them`);
if (count <= 140) process.exit(1);
