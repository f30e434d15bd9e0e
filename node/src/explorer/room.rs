//! What every page has at hand: the ledger at one height, the language, and how things are named and linked.

use std::fmt::Display;

use maud::{Markup, html};
use serde::de::DeserializeOwned;
use yaosu_api::words::{Language, Named};
use yaosu_ledger::model::{Duty, Policy, Scope, UseAction};
use yaosu_ledger::state::{Assets, Constants, Participants, Reader, Subject};
use yaosu_ledger::{Amount, AssetId, BasisPoints, Currency, Height, ParticipantId, Text, Timestamp};

use super::moment::{length, rfc3339};
use super::route::prefix;
use super::words::Words;
use crate::http::api::Resource;
use crate::http::call::Call;
use crate::http::problem::ApiError;
use crate::http::transactions::Pending;
use crate::http::view::View;

/// What a page is made in.
pub struct Room<'a> {
    /// The ledger.
    pub view: &'a View,
    /// The language.
    pub language: Language,
    /// Its words.
    pub words: &'static Words,
    /// The path without the language and without `.json` or `.csv`.
    pub path: String,
    /// The query as it came, without empty values, for links to the same page.
    pub query: Vec<(String, String)>,
    currency: Option<Currency>,
    /// The name of the chain.
    pub market: Option<Text<64>>,
    /// The transaction that the page is about, if it waits or was refused.
    pub pending: Option<Pending>,
}

/// The first digits of an identifier.
pub fn short(id: &impl Display) -> String {
    let mut text = id.to_string();
    text.truncate(12);
    text
}

/// The kind of a subject as its path has it.
pub const fn subject_path(subject: &Subject) -> &'static str {
    match subject {
        Subject::Participant(_) => "participants",
        Subject::Asset(_) => "assets",
        Subject::Listing(_) => "listings",
        Subject::Order(_) => "orders",
        Subject::Licence(_) => "licences",
        Subject::Proposal(_) => "proposals",
        Subject::Recall(_) => "recalls",
        Subject::Attestation(_) => "attestations",
        Subject::Freeze(_) => "freezes",
        Subject::Negotiation(_) => "negotiations",
        Subject::Demand(_) => "demands",
    }
}

impl<'a> Room<'a> {
    /// A room for one request.
    pub fn new(view: &'a View, language: Language, path: String, query: Vec<(String, String)>) -> Self {
        let constant = view.state().get::<Constants>(&());
        let (currency, market) = constant.map(|constant| (constant.currency, constant.name)).unzip();
        Self { view, language, words: Words::of(language), path, query, currency, market, pending: None }
    }

    /// Asks the contract, so that a page shows what its JSON says.
    ///
    /// # Errors
    /// What the contract answers.
    pub fn ask<T: DeserializeOwned>(&self, resource: Resource, call: &Call) -> Result<T, ApiError> {
        let reply = resource(self.view, call)?;
        serde_json::from_slice(reply.body()).map_err(|error| ApiError::internal(error.to_string()))
    }

    /// A path in this language.
    pub fn to(&self, path: &str) -> String {
        let prefix = prefix(self.language);
        if path == "/" && !prefix.is_empty() { format!("{prefix}/") } else { format!("{prefix}{path}") }
    }

    /// This page with another value of one parameter; without it if there is none.
    pub fn with(&self, name: &str, value: Option<&str>) -> String {
        let kept = self.query.iter().filter(|(other, _)| other != name && other != "cursor");
        let pairs = kept.map(|(name, value)| (name.as_str(), value.as_str())).chain(value.map(|value| (name, value)));
        self.to(&with_query(&self.path, pairs))
    }

    /// A link to a thing.
    pub fn subject(&self, subject: Subject) -> Markup {
        match subject {
            Subject::Participant(id) => self.party(id),
            Subject::Asset(id) => self.asset(id),
            other => {
                let id = other.identifier();
                html! {
                    a href=(self.to(&format!("/{}/{id}", subject_path(&other)))) title=(id) {
                        (other.word(self.language)) " " code { (short(&id)) }
                    }
                }
            }
        }
    }

    /// A link with the first digits alone, where the kind is said beside.
    pub fn id(&self, subject: Subject) -> Markup {
        let id = subject.identifier();
        html! { a href=(self.to(&format!("/{}/{id}", subject_path(&subject)))) title=(id) { code { (short(&id)) } } }
    }

    /// Someone's handle.
    pub fn handle(&self, id: ParticipantId) -> String {
        let found = self.view.state().get::<Participants>(&id);
        found.map_or_else(|| short(&id), |found| found.enrolment.handle.to_string())
    }

    /// Someone, as a link.
    pub fn party(&self, id: ParticipantId) -> Markup {
        html! { a.party href=(self.to(&format!("/participants/{id}"))) { (self.handle(id)) } }
    }

    /// An asset's title.
    pub fn title(&self, id: AssetId) -> String {
        let found = self.view.state().get::<Assets>(&id);
        found.map_or_else(|| short(&id), |found| found.description.title.to_string())
    }

    /// An asset, as a link.
    pub fn asset(&self, id: AssetId) -> Markup {
        html! { a href=(self.to(&format!("/assets/{id}"))) { bdi { (self.title(id)) } } }
    }

    /// A block, as a link.
    pub fn height(&self, height: Height) -> Markup {
        html! { a href=(self.to(&format!("/blocks/{height}"))) { (height) } }
    }

    /// Money: `1,200.00 CNY`.
    pub fn money_text(&self, amount: Amount) -> String {
        let (whole, rest) = (amount.0 / 100, amount.0 % 100);
        let currency = self.currency.as_ref().map_or("", Currency::as_str);
        format!("{}.{rest:02}\u{a0}{currency}", group(whole))
    }

    /// The same, kept in one line.
    pub fn money(&self, amount: Amount) -> Markup {
        html! { span.money { (self.money_text(amount)) } }
    }

    /// A moment.
    #[expect(clippy::unused_self, reason = "asked for like all other values")]
    pub fn time(&self, time: Timestamp) -> Markup {
        let text = rfc3339(time);
        html! { time datetime=(text) { (text) } }
    }

    /// A hash, shortened; whole in its title.
    #[expect(clippy::unused_self, reason = "asked for like all other values")]
    pub fn hash(&self, digest: &impl Display) -> Markup {
        html! { code title=(digest) { (short(digest)) } }
    }

    /// A named value.
    pub fn name(&self, value: &impl Named) -> &'static str {
        value.word(self.language)
    }

    /// Where something stands, with a mark that does not rest on its colour alone.
    pub fn status(&self, value: &impl Named, tone: Tone) -> Markup {
        html! { span class=(tone.class()) { (self.name(value)) } }
    }

    /// A share.
    #[expect(clippy::unused_self, reason = "asked for like all other values")]
    pub fn share(&self, share: Option<BasisPoints>) -> String {
        share.map_or_else(|| "–".to_owned(), |share| format!("{}.{:02} %", share.0 / 100, share.0 % 100))
    }

    /// A list of words.
    pub fn list<'b, T: Named + 'b>(&self, items: impl IntoIterator<Item = T>) -> String {
        let words: Vec<&str> = items.into_iter().map(|item| item.word(self.language)).collect();
        if words.is_empty() { self.words.none.to_owned() } else { words.join(self.language.of(", ", "、")) }
    }

    /// What a policy allows, as rows of a table of terms.
    pub fn policy(&self, policy: &Policy) -> Vec<(&'static str, Markup)> {
        let words = self.words;
        let text = |text: String| html! { (text) };
        let separator = self.language.of(", ", "、");
        let mut rows = vec![
            (words.actions, text(self.list::<UseAction>(policy.actions.iter()))),
            (words.purposes, text(self.list(policy.purposes.iter()))),
        ];
        if let Scope::Only(sectors) = &policy.sectors {
            rows.push((words.sectors, text(joined(sectors, separator))));
        }
        if let Scope::Only(regions) = &policy.regions {
            rows.push((words.regions, text(joined(regions, separator))));
        }
        if let Scope::Only(recipients) = &policy.recipients {
            rows.push((words.recipients, html! { @for id in recipients { (self.party(*id)) " " } }));
        }
        rows.push((words.max_uses, text(policy.max_uses.map_or_else(|| words.unlimited.to_owned(), group))));
        let duration = policy.duration.map(|duration| length(duration, self.language));
        rows.push((words.duration, text(duration.unwrap_or_else(|| words.unlimited.to_owned()))));
        rows.push((words.sublicence_depth, text(policy.sublicence_depth.to_string())));
        rows.push((words.royalty, text(self.share(Some(policy.royalty)))));
        rows.push((words.duties, text(self.list::<Duty>(policy.duties.iter()))));
        rows
    }
}

fn joined<const MAX: usize>(items: &[Text<MAX>], separator: &str) -> String {
    items.iter().map(Text::as_str).collect::<Vec<_>>().join(separator)
}

/// How a state of affairs looks.
#[derive(Clone, Copy, Debug)]
pub enum Tone {
    /// As it should be.
    Good,
    /// Under way.
    Open,
    /// Over, or not as it should be.
    Bad,
    /// Over.
    Over,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Self::Good => "mark good",
            Self::Open => "mark open",
            Self::Bad => "mark bad",
            Self::Over => "mark",
        }
    }
}

/// A number with its thousands apart.
pub fn group(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A path with a query.
pub fn with_query<'a>(path: &str, pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut out = path.to_owned();
    for (place, (name, value)) in pairs.enumerate() {
        out.push(if place == 0 { '?' } else { '&' });
        out.push_str(name);
        out.push('=');
        escape(&mut out, value);
    }
    out
}

/// Everything but what may stand in a query as it is, as bytes in hexadecimal.
fn escape(out: &mut String, text: &str) {
    use std::fmt::Write as _;
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").expect("writing to a string can't fail");
        }
    }
}
