//! Licence certificates: made, checked, printed.

mod page;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use clap::{Args, Subcommand};
use serde::Serialize;
use yaosu_api::words::Label;
use yaosu_api::words::{self, Language, Named as _};
use yaosu_ledger::model::Role;
use yaosu_ledger::{LicenceId, Timestamp};
use yaosu_sdk::certificate::{self, Claims, ClaimsError};
use yaosu_sdk::evidence::Check;

use super::super::receipt::report::{finding, show_checks};
use super::super::receipt::{Trusted, must_be_new};
use crate::command_error::{CommandError, Kind};
use crate::home::{io_error, write_whole};
use crate::parse::{Reference, show_time};
use crate::said::{Said, because, coded, maybe, plain, said, told, word};
use crate::screen::{self, Screen, Show};
use crate::sdk_words;
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
            (Label::File, plain(self.file.display())),
            (Label::Licence, plain(self.licence)),
            (Label::Issuer, plain(&self.issuer)),
            (Label::EvidenceCode, plain(&self.evidence_code)),
            (Label::Page, maybe(self.html.as_ref().map(|path| path.display()))),
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

/// As what the issuer issued it.
fn role_of(claims: &Claims) -> Said {
    match claims.role {
        "licensor" => said!("licensor", "许可方"),
        role => told!(role, "{}", Role::Operator.words().1),
    }
}

impl Show for Checked {
    fn show(&self, screen: &mut Screen) {
        show_checks(&self.checks, screen);
        let Some(claims) = &self.claims else { return };
        screen.line(said!("The certificate holds:", "证书有效："));
        screen.fields(&[
            (Label::Licence, plain(claims.licence)),
            (Label::Asset, because(plain(&claims.title), Some(plain(claims.asset)))),
            (Label::Licensor, because(plain(&claims.licensor.legal_name), Some(plain(&claims.licensor.handle)))),
            (Label::Licensee, because(plain(&claims.licensee.legal_name), Some(plain(&claims.licensee.handle)))),
            (
                Label::Status,
                said!(
                    "{} after block {} of {}",
                    "{}，截至区块 {}（{}）",
                    coded(&claims.record.status),
                    claims.height,
                    show_time(claims.as_of)
                ),
            ),
            (Label::IssuedBy, said!("{}, the {}", "{}，{}", claims.issuer.handle, role_of(claims))),
            (Label::EvidenceCode, plain(claims.evidence_code())),
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
    screen::note(said!(
        "{} certifies that {} has licence {} of {:?}, {} after block {}.",
        "{} 证明 {} 持有 {3:?} 的许可 {2}，截至区块 {5} 为{4}。",
        claims.issuer.handle,
        claims.licensee.handle,
        claims.licence,
        claims.title.as_str(),
        word(&claims.record.status),
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
    now.map(Timestamp)
        .ok_or_else(|| CommandError::failed(said!("the clock of this machine can't be used", "本机时钟不可用")))
}

fn refused(error: ClaimsError) -> CommandError {
    match error {
        ClaimsError::Issuer { .. } => CommandError::new(Kind::NotAuthorised, sdk_words::claims(&error)).hint(said!(
            "certificates are issued by the licensor, or by an operator: choose the key with --as NAME",
            "证书由许可方或交易机构签发：请用 --as NAME 选择密钥"
        )),
        error => CommandError::new(Kind::Unverified, sdk_words::claims(&error)),
    }
}

fn unverified(failed: Option<Check>) -> CommandError {
    let reason = failed.map_or_else(Said::default, |Check { name, expected, found, .. }| {
        let name = told!(name, "{}", words::check(&name));
        let (expected, found) = (finding(&expected), finding(&found));
        said!(": {name}: expected {expected}, found {found}", "：{name}：应为 {expected}，实为 {found}")
    });
    CommandError::new(Kind::Unverified, said!("the certificate proves nothing{reason}", "证书不构成证明{reason}"))
}

fn read(path: &Path) -> Result<Vec<u8>, CommandError> {
    let length = fs::metadata(path).map_err(|error| io_error(path, &error))?.len();
    if length > certificate::BYTES_MAX as u64 {
        let limit = certificate::BYTES_MAX;
        let message =
            said!("{} has {length} bytes, the limit is {limit}", "{} 有 {length} 字节，上限为 {limit}", path.display());
        return Err(CommandError::new(Kind::Unverified, message));
    }
    fs::read(path).map_err(|error| io_error(path, &error))
}
