//! Licence certificates: W3C Verifiable Credentials that say what a licence allows, with the evidence inside.
//!
//! Nothing that a certificate claims stands on its issuer's word alone: every claim is computed from the evidence in it,
//! and a certificate that claims anything else is refused. What the issuer's signature adds is that a licensor or an
//! operator handed this out, to programs that know credentials and not the ledger.

mod canonical;
mod claims;
mod did_key;
mod fetch;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use yaosu_ledger::Timestamp;
use yaosu_ledger::receipt::Checkpoint;
use yaosu_ledger::signature::{self, PublicKey, Signature, SigningKey};

use crate::evidence::{Check, Evidence, FormError, parse_strict, utc};
use canonical::canonical;
use did_key::{from_multibase, multibase};

pub use claims::{Claims, ClaimsError, Party};
pub use did_key::{did_key, key_of, verification_method};

/// The longest certificate, in bytes.
pub const BYTES_MAX: usize = 64 * 1024 * 1024;

/// What the checks of a certificate gave.
#[derive(Clone, Debug, serde::Serialize)]
pub struct CertificateVerification {
    /// Each check that was made, in order; the last is the one that failed, if one did.
    pub checks: Vec<Check>,
    /// What is proved, if all hold.
    pub claims: Option<Claims>,
}

impl CertificateVerification {
    /// The check that failed.
    #[must_use]
    pub fn failed(&self) -> Option<&Check> {
        self.checks.iter().find(|check| !check.holds)
    }
}

/// Makes a certificate of evidence: see [`Claims::of`] for which. `now`: when it is signed.
///
/// # Errors
/// [`ClaimsError`]: the evidence does not belong together, or the key is neither the licensor's nor an operator's.
pub fn issue(evidence: &[Evidence], key: &SigningKey, now: Timestamp) -> Result<Value, ClaimsError> {
    let credential = Claims::of(evidence, &key.public())?.credential(evidence);
    sign(credential, key, now).map_err(|error| ClaimsError::Inexact(error.0))
}

/// Adds a proof by `eddsa-jcs-2022` to a credential, whatever it claims. `now`: when it is signed.
///
/// # Errors
/// [`FormError`]: a number that has no canonical form.
pub fn sign(mut credential: Value, key: &SigningKey, now: Timestamp) -> Result<Value, FormError> {
    let mut proof = json!({
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "created": seconds(now),
        "verificationMethod": verification_method(&key.public()),
        "proofPurpose": "assertionMethod",
    });
    let hashes = hashes(&credential, &proof)?;
    proof["proofValue"] = multibase(&key.sign_hashes(&hashes).0).into();
    credential["proof"] = proof;
    Ok(credential)
}

/// A certificate as a file.
#[must_use]
pub fn to_text(credential: &Value) -> String {
    format!("{credential:#}\n")
}

/// Checks a file of a certificate: its signature, its evidence, and that it claims what the evidence proves.
#[must_use]
pub fn verify(bytes: &[u8], checkpoint: &Checkpoint) -> CertificateVerification {
    let mut checks = Vec::new();
    let claims = check(bytes, checkpoint, &mut checks);
    CertificateVerification { claims: claims.filter(|_| checks.iter().all(|check| check.holds)), checks }
}

fn add(checks: &mut Vec<Check>, name: &str, expected: &str, result: Result<String, String>) -> Option<()> {
    let holds = result.is_ok();
    let found = result.unwrap_or_else(|fault| fault);
    checks.push(Check { name: name.to_owned(), holds, expected: expected.to_owned(), found });
    holds.then_some(())
}

fn check(bytes: &[u8], checkpoint: &Checkpoint, checks: &mut Vec<Check>) -> Option<Claims> {
    let form = read(bytes);
    let found = form.as_ref().map(|_| "one".to_owned()).map_err(|error| error.0.clone());
    add(checks, "form", "a credential with evidence", found)?;
    let Document { unsecured, mut proof, key, evidence } = form.ok()?;
    let value = proof.as_object_mut().and_then(|proof| proof.remove("proofValue"));
    let signed =
        value.as_ref().and_then(Value::as_str).and_then(from_multibase).and_then(|bytes| bytes.try_into().ok());
    let signed = signed.ok_or_else(|| "no signature".to_owned()).and_then(|bytes| {
        let hashes = hashes(&unsecured, &proof).map_err(|error| error.0)?;
        if signature::verify(&key, hashes.as_flattened(), &Signature(bytes)) {
            Ok(format!("signed by {}", did_key(&key)))
        } else {
            Err("a signature that is not the issuer's over this document".to_owned())
        }
    });
    add(checks, "proof", "the issuer's signature by eddsa-jcs-2022", signed)?;
    for (place, evidence) in evidence.iter().enumerate() {
        let verification = evidence.verify(checkpoint);
        let name = format!("evidence {}", place + 1);
        if let Some(failed) = verification.failed() {
            checks.push(Check { name: format!("{name}: {}", failed.name), ..failed.clone() });
            return None;
        }
        add(checks, &name, "evidence that holds", Ok(format!("holds, in block {}", evidence.height())))?;
    }
    let claims = Claims::of(&evidence, &key);
    let found = claims.as_ref().map(|claims| format!("issued by {}, the {}", claims.issuer.handle, claims.role));
    add(checks, "issuer", "the licensor or an operator, by evidence", found.map_err(ToString::to_string))?;
    let claims = claims.ok()?;
    let expected = claims.credential(&evidence);
    let difference = crate::evidence::difference("credential", &expected, &unsecured);
    match difference {
        None => add(checks, "claims", "what the evidence proves", Ok("what the evidence proves".to_owned()))?,
        Some((place, expected, found)) => add(checks, &format!("claims: {place}"), &expected, Err(found))?,
    }
    Some(claims)
}

struct Document {
    unsecured: Value,
    proof: Value,
    key: PublicKey,
    evidence: Vec<Evidence>,
}

fn read(bytes: &[u8]) -> Result<Document, FormError> {
    if bytes.len() > BYTES_MAX {
        return Err(FormError(format!("{} bytes are over the limit of {BYTES_MAX}", bytes.len())));
    }
    let mut unsecured = parse_strict(bytes)?;
    let fault = |what: &str| FormError(format!("the credential has no {what}"));
    let proof = unsecured.as_object_mut().and_then(|object| object.remove("proof")).ok_or_else(|| fault("proof"))?;
    let key = unsecured["issuer"]["id"].as_str().and_then(key_of).ok_or_else(|| fault("issuer with a did:key"))?;
    key.check().map_err(|error| FormError(format!("the issuer's key: {error}")))?;
    let expected = [
        ("type", "DataIntegrityProof".to_owned()),
        ("cryptosuite", "eddsa-jcs-2022".to_owned()),
        ("proofPurpose", "assertionMethod".to_owned()),
        ("verificationMethod", verification_method(&key)),
    ];
    if let Some((name, value)) = expected.iter().find(|(name, value)| proof[*name] != **value) {
        return Err(FormError(format!("the proof's {name} is {}, not {value}", proof[*name])));
    }
    let evidence = unsecured["evidence"].as_array().ok_or_else(|| fault("evidence"))?;
    let evidence = evidence.iter().map(|item| Evidence::from_value(&item["document"])).collect::<Result<_, _>>()?;
    Ok(Document { unsecured, proof, key, evidence })
}

/// The two hashes that are signed: of the proof's options, and of the document without its proof.
fn hashes(unsecured: &Value, options: &Value) -> Result<[[u8; 32]; 2], FormError> {
    let mut options = options.clone();
    options["@context"] = unsecured["@context"].clone();
    let hash = |value: &Value| Ok(Sha256::digest(canonical(value)?.as_bytes()).into());
    Ok([hash(&options)?, hash(unsecured)?])
}

/// A time in whole seconds, as credentials have it.
pub(crate) fn seconds(time: Timestamp) -> String {
    let text = utc(Timestamp(time.0 - time.0 % 1_000));
    text.replace(".000Z", "Z")
}
