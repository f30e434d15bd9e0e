//! Licence certificates: made, checked, printed.

mod page;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use clap::{Args, Subcommand};
use serde::Serialize;
use yaosu_api::words::Language;
use yaosu_ledger::{LicenceId, Timestamp};
use yaosu_sdk::certificate::{self, Claims, ClaimsError};
use yaosu_sdk::evidence::Check;

use super::super::receipt::report::show_checks;
use super::super::receipt::{Trusted, must_be_new};
use crate::command_error::{CommandError, Kind};
use crate::home::{io_error, write_whole};
use crate::parse::{Reference, show_time};
use crate::screen::{self, Screen, Show};
use crate::session::Session;

/// What can be done with certificates.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Write a certificate of a licence, a W3C Verifiable Credential with the evidence inside. Signed by the licensor, or by
    /// an operator
    Certificate {
        /// Which licence
        licence: Reference,
        /// The file to write
        #[arg(long, short, value_name = "FILE")]
        output: PathBuf,
        #[command(flatten)]
        print: Print,
        #[command(flatten)]
        trusted: Trusted,
    },
    /// Check a certificate offline: its signature, its evidence, and that it claims what the evidence proves
    VerifyCertificate {
        /// The file of the certificate
        file: PathBuf,
        #[command(flatten)]
        print: Print,
        #[command(flatten)]
        trusted: Trusted,
    },
}

/// A page for people.
#[derive(Debug, Args)]
pub struct Print {
    /// Write a page to print as well
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

impl Print {
    fn write(&self, claims: &Claims, language: Language) -> Result<(), CommandError> {
        let Some(path) = &self.html else { return Ok(()) };
        write_whole(path, page::page(claims, language).as_bytes())
    }
}

/// A certificate that was written.
#[derive(Debug, Serialize)]
struct Written {
    file: PathBuf,
    licence: LicenceId,
    issuer: String,
    evidence_code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    html: Option<PathBuf>,
}

impl Show for Written {
    fn show(&self, screen: &mut Screen) {
        screen.fields(&[
            ("file", self.file.display().to_string()),
            ("licence", self.licence.to_string()),
            ("issuer", self.issuer.clone()),
            ("evidence code", self.evidence_code.clone()),
            ("page", self.html.as_ref().map(|path| path.display().to_string()).unwrap_or_default()),
        ]);
    }
}

/// What the checks of a certificate gave.
#[derive(Debug, Serialize)]
struct Checked {
    file: PathBuf,
    checks: Vec<Check>,
    #[serde(skip_serializing_if = "Option::is_none")]
    claims: Option<Claims>,
}

impl Show for Checked {
    fn show(&self, screen: &mut Screen) {
        show_checks(&self.checks, Language::English, screen);
        let Some(claims) = &self.claims else { return };
        screen.line("The certificate holds:");
        screen.fields(&[
            ("licence", claims.licence.to_string()),
            ("asset", format!("{} ({})", claims.title, claims.asset)),
            ("licensor", format!("{} ({})", claims.licensor.legal_name, claims.licensor.handle)),
            ("licensee", format!("{} ({})", claims.licensee.legal_name, claims.licensee.handle)),
            (
                "status",
                format!("{} after block {} of {}", claims.record.status, claims.height, show_time(claims.as_of)),
            ),
            ("issued by", format!("{}, the {}", claims.issuer.handle, claims.role)),
            ("evidence code", claims.evidence_code().to_string()),
        ]);
    }
}

/// Carries out a verb.
pub async fn run(session: &Session, verb: Verb) -> Result<(), CommandError> {
    match verb {
        Verb::Certificate { licence, output, print, trusted } => {
            must_be_new(&output)?;
            if let Some(html) = &print.html {
                must_be_new(html)?;
            }
            make(session, &licence, output, &print, &trusted).await
        }
        Verb::VerifyCertificate { file, print, trusted } => {
            if let Some(html) = &print.html {
                must_be_new(html)?;
            }
            let trust = trusted.open(session)?;
            let verification = certificate::verify(&read(&file)?, &trust.checkpoint);
            let failure = verification.failed().cloned();
            let checked = Checked { file, checks: verification.checks, claims: verification.claims };
            session.show(&checked)?;
            match (failure, &checked.claims) {
                (None, Some(claims)) => print.write(claims, session.language()),
                (failure, _) => Err(unverified(failure)),
            }
        }
    }
}

async fn make(
    session: &Session,
    licence: &Reference,
    output: PathBuf,
    print: &Print,
    trusted: &Trusted,
) -> Result<(), CommandError> {
    let trust = trusted.open(session)?;
    let client = session.client()?;
    let found = client.licence(licence.as_str()).await?;
    let keys = session.key_names()?;
    let issuer = session.signer(&keys).await?;
    let evidence = client.certificate_evidence(found.id, issuer).await?;
    let claims = Claims::of(&evidence, &keys[0].public).map_err(refused)?;
    screen::note(format!(
        "{} certifies that {} has licence {} of {:?}, {} after block {}.",
        claims.issuer.handle,
        claims.licensee.handle,
        claims.licence,
        claims.title.as_str(),
        claims.record.status,
        claims.height
    ));
    if session.global.dry_run {
        return Ok(());
    }
    let key = session.unlock(&keys[..1])?.remove(0);
    let text = certificate::to_text(&certificate::issue(&evidence, &key, now()?).map_err(refused)?);
    // What does not hold is not handed out.
    let verification = certificate::verify(text.as_bytes(), &trust.checkpoint);
    if let Some(failed) = verification.failed() {
        return Err(unverified(Some(failed.clone())));
    }
    write_whole(&output, text.as_bytes())?;
    print.write(&claims, session.language())?;
    session.show(&Written {
        file: output,
        licence: claims.licence,
        issuer: certificate::did_key(&claims.key),
        evidence_code: claims.evidence_code().to_string(),
        html: print.html.clone(),
    })
}

fn now() -> Result<Timestamp, CommandError> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok();
    let now = now.and_then(|now| u64::try_from(now.as_millis()).ok());
    now.map(Timestamp).ok_or_else(|| CommandError::failed("the clock of this machine can't be used"))
}

fn refused(error: ClaimsError) -> CommandError {
    match error {
        ClaimsError::Issuer { .. } => CommandError::new(Kind::NotAuthorised, error.to_string())
            .hint("certificates are issued by the licensor, or by an operator: choose the key with --as NAME"),
        error => CommandError::new(Kind::Unverified, error.to_string()),
    }
}

fn unverified(failed: Option<Check>) -> CommandError {
    let reason = failed.map_or_else(String::new, |Check { name, expected, found, .. }| {
        format!(": {name}: expected {expected}, found {found}")
    });
    CommandError::new(Kind::Unverified, format!("the certificate proves nothing{reason}"))
}

fn read(path: &Path) -> Result<Vec<u8>, CommandError> {
    let length = fs::metadata(path).map_err(|error| io_error(path, &error))?.len();
    if length > certificate::BYTES_MAX as u64 {
        let limit = certificate::BYTES_MAX;
        let message = format!("{} has {length} bytes, the limit is {limit}", path.display());
        return Err(CommandError::new(Kind::Unverified, message));
    }
    fs::read(path).map_err(|error| io_error(path, &error))
}
