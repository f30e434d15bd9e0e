//! Terms as they are typed: of a listing's plan, or of an offer. What is not named stays as it was, where there is a
//! before.

use std::path::{Path, PathBuf};

use clap::Args;
use yaosu_ledger::model::{
    Actions, Duties, Duty, PlanForm, Policy, Purpose, Purposes, Scope, Supply, Terms, UseAction,
};
use yaosu_ledger::{Amount, BasisPoints, Duration, Text};
use yaosu_sdk::standards::odrl;

use super::{named, policy};
use crate::command_error::CommandError;
use crate::parse::{Reference, amount, duration, ratio, show_amount};
use crate::said::said;
use crate::screen;
use crate::session::Session;

/// The parts of a policy, each an option, which a file of a policy says instead.
pub const POLICY: [&str; 10] = [
    "allow",
    "purpose",
    "royalty",
    "duration",
    "max_uses",
    "sublicence_depth",
    "duty",
    "sectors",
    "regions",
    "recipients",
];

/// What is given for a price.
#[derive(Debug, Args)]
pub struct PlanArguments {
    /// Give one licence, and no other of this asset to anybody
    #[arg(long)]
    pub exclusive: bool,
    /// Let the price pay for so long, later versions included, as a subscription that can be renewed
    #[arg(long, value_name = "DURATION", value_parser = duration, conflicts_with = "duration")]
    period: Option<Duration>,
    /// What the seller puts at stake with each order [default: the least that the market asks for]. It is held until the
    /// order ends, and goes to the buyer if the seller is at fault
    #[arg(long, value_name = "AMOUNT", value_parser = amount)]
    bond: Option<Amount>,
    /// What may be done, separated by commas
    #[arg(long, value_name = "ACTIONS", value_delimiter = ',', value_parser = named(UseAction::ALL, UseAction::name))]
    allow: Vec<UseAction>,
    /// What for, separated by commas; industrial stands for all industries
    #[arg(long, value_name = "PURPOSES", value_delimiter = ',', value_parser = Purposes::named)]
    purpose: Vec<Purposes>,
    /// The seller's share of what is earned with data derived under it, e.g. 5% [default: none]
    #[arg(long, value_name = "SHARE", value_parser = ratio)]
    royalty: Option<BasisPoints>,
    /// How long a licence lasts [default: for ever]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    duration: Option<Duration>,
    /// How often the data may be used [default: without limit]
    #[arg(long, value_name = "N")]
    max_uses: Option<u64>,
    /// How many licences deep it may be sublicensed [default: 0]
    #[arg(long, value_name = "N")]
    sublicence_depth: Option<u8>,
    /// What the holder must do, separated by commas
    #[arg(long, value_name = "DUTIES", value_delimiter = ',', value_parser = named(Duty::ALL, Duty::name))]
    duty: Vec<Duty>,
    /// Only in these sectors, separated by commas
    #[arg(long = "in-sector", value_name = "SECTORS", value_delimiter = ',')]
    sectors: Vec<Text<32>>,
    /// Only in these regions, separated by commas
    #[arg(long = "in-region", value_name = "REGIONS", value_delimiter = ',')]
    regions: Vec<Text<16>>,
    /// Passed on to nobody but these, separated by commas
    #[arg(long = "recipient", value_name = "WHO", value_delimiter = ',')]
    recipients: Vec<Reference>,
    /// Take what may be done and what must be from a file of a policy in ODRL: see `yaosu policy read`
    #[arg(long, value_name = "FILE", conflicts_with_all = POLICY)]
    policy: Option<PathBuf>,
}

impl PlanArguments {
    /// What is wanted for, if that is one thing.
    pub fn only_purpose(&self) -> Option<Purpose> {
        let mut purposes = self.purposes();
        purposes.next().filter(|_| purposes.next().is_none())
    }

    /// All that is named, branches leaf by leaf.
    fn purposes(&self) -> impl Iterator<Item = Purpose> {
        self.purpose.iter().flat_map(|named| named.iter())
    }

    /// Whether nothing at all is named.
    pub const fn is_empty(&self) -> bool {
        let Self { exclusive, period, bond, allow, purpose, royalty, duration, max_uses, .. } = self;
        let Self { sublicence_depth, duty, sectors, regions, recipients, policy, .. } = self;
        let limits = royalty.is_some() || duration.is_some() || max_uses.is_some() || sublicence_depth.is_some();
        let scopes = duty.is_empty() && sectors.is_empty() && regions.is_empty() && recipients.is_empty();
        let is_typed = *exclusive || policy.is_some();
        !is_typed && period.is_none() && bond.is_none() && !limits && allow.is_empty() && purpose.is_empty() && scopes
    }

    /// The terms at this price.
    ///
    /// # Errors
    /// Neither is it said what may be done for what, nor was it before; or nobody is called so.
    pub async fn terms(self, session: &Session, price: Amount, before: Option<Terms>) -> Result<Terms, CommandError> {
        let written = match &self.policy {
            Some(file) => Some(policy::read(session, file).await?),
            None => None,
        };
        if before.is_none() && written.is_none() && (self.allow.is_empty() || self.purpose.is_empty()) {
            return Err(CommandError::usage(said!(
                "say what may be done, and what for: --allow ACTIONS --purpose PURPOSES",
                "请说明允许的操作与用途：--allow ACTIONS --purpose PURPOSES"
            )));
        }
        let mut terms = before.unwrap_or_else(|| nothing(price));
        terms.price = price;
        terms.bond = match self.bond {
            Some(bond) => bond,
            None if price == Amount::ZERO => Amount::ZERO,
            None => terms.bond.max(price.share(session.client()?.chain_view().await?.rule_pack.bond)),
        };
        if self.exclusive {
            terms.supply = Supply::Exclusive;
        }
        if let (Some(written), Some(file)) = (written, &self.policy) {
            take(&mut terms, written, file)?;
        }
        let purposes = self.purposes().collect();
        let policy = &mut terms.policy;
        if let Some(period) = self.period {
            terms.form = PlanForm::Subscription { period };
            policy.duration = None;
        }
        if let Some(duration) = self.duration {
            terms.form = PlanForm::OneOff;
            policy.duration = Some(duration);
        }
        change(&mut policy.actions, self.allow);
        change(&mut policy.purposes, purposes);
        change(&mut policy.duties, self.duty);
        let mut recipients = Vec::with_capacity(self.recipients.len());
        for recipient in &self.recipients {
            recipients.push(session.participant_id(recipient).await?);
        }
        narrow(&mut policy.sectors, self.sectors);
        narrow(&mut policy.regions, self.regions);
        narrow(&mut policy.recipients, recipients);
        policy.max_uses = self.max_uses.or(policy.max_uses);
        policy.sublicence_depth = self.sublicence_depth.unwrap_or(policy.sublicence_depth);
        policy.royalty = self.royalty.unwrap_or(policy.royalty);
        Ok(terms)
    }
}

/// Takes what a document says of a plan.
///
/// # Errors
/// It says what no plan says, or another price than the one that is named.
fn take(terms: &mut Terms, written: odrl::Document, file: &Path) -> Result<(), CommandError> {
    let file = file.display();
    let odrl::Document { target, assigner, assignee, policy, price, exclusive, from, until, .. } = written;
    if from.is_some() || until.is_some() {
        let message = said!(
            "{file} is in force at certain times; a plan says how long a licence lasts from its grant",
            "{file} 限定了生效时间；方案只规定许可自授予起的期限"
        );
        return Err(CommandError::usage(message)
            .hint(said!("take the dateTime constraints out of it", "请从中去掉 dateTime 约束")));
    }
    if let Some(price) = price {
        if price.amount != terms.price {
            let found = show_amount(price.amount);
            return Err(CommandError::usage(said!(
                "{file} says {found} {}: name it by --price",
                "{file} 的价格为 {found} {}：请用 --price 写明",
                price.currency
            )));
        }
        if let Some(period) = price.period {
            terms.form = PlanForm::Subscription { period };
        }
    }
    if exclusive {
        terms.supply = Supply::Exclusive;
    }
    if target.is_some() || assigner.is_some() || assignee.is_some() {
        screen::note(said!(
            "of {file} the terms are taken, not of what and between whom they were",
            "只采用 {file} 的条款，不采用其标的与双方"
        ));
    }
    terms.policy = policy;
    Ok(())
}

/// Terms that allow nothing yet and limit nothing.
fn nothing(price: Amount) -> Terms {
    let policy = Policy {
        actions: Actions::NONE,
        purposes: Purposes::NONE,
        sectors: Scope::Any,
        regions: Scope::Any,
        recipients: Scope::Any,
        max_uses: None,
        duration: None,
        sublicence_depth: 0,
        royalty: BasisPoints(0),
        duties: Duties::NONE,
    };
    Terms { price, policy, supply: Supply::Unlimited, form: PlanForm::OneOff, bond: Amount::ZERO }
}

/// A set that is named takes the place of the one before.
fn change<T, S: FromIterator<T>>(set: &mut S, items: Vec<T>) {
    if !items.is_empty() {
        *set = items.into_iter().collect();
    }
}

fn narrow<T: Ord>(scope: &mut Scope<T>, mut items: Vec<T>) {
    if !items.is_empty() {
        items.sort();
        items.dedup();
        *scope = Scope::Only(items);
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        plan: PlanArguments,
    }

    fn plan(arguments: &[&str]) -> PlanArguments {
        Line::parse_from([&["offer"], arguments].concat()).plan
    }

    /// Goal: a branch of the tree of purposes stands for all on it, and for no one purpose.
    #[test]
    fn a_branch_names_all_its_purposes() {
        let named: Purposes = plan(&["--purpose", "industrial,research"]).purposes().collect();
        let industries = Purposes::named("industrial").expect("it is a branch");
        assert_eq!(named, industries.with(Purpose::Research));
        assert_eq!(plan(&["--purpose", "industrial"]).only_purpose(), None);
        assert_eq!(plan(&["--purpose", "industrial-retail"]).only_purpose(), Some(Purpose::Retail));
        assert_eq!(plan(&[]).only_purpose(), None);
    }

    /// Goal: a document's terms are taken whole, or not at all: no price and no moment of it is passed over.
    #[test]
    fn a_document_is_taken_whole() {
        let currency = yaosu_ledger::Currency::new("CNY").expect("three letters");
        let price = odrl::Price { amount: Amount(100), currency, period: Some(Duration(5)) };
        let mut policy = nothing(Amount::ZERO).policy;
        policy.duties = Duties::NONE.with(Duty::Attribution);
        let document = odrl::Document {
            uid: "urn:x:1".to_owned(),
            kind: odrl::Kind::Set,
            target: None,
            assigner: None,
            assignee: None,
            policy: policy.clone(),
            price: Some(price),
            exclusive: true,
            from: None,
            until: None,
        };
        let file = Path::new("terms.json");
        let mut terms = nothing(Amount(100));
        take(&mut terms, document.clone(), file).expect("it is a plan's");
        let form = PlanForm::Subscription { period: Duration(5) };
        assert_eq!((terms.policy, terms.supply, terms.form), (policy, Supply::Exclusive, form));

        let other = take(&mut nothing(Amount(99)), document.clone(), file).expect_err("another price");
        assert!(other.message.as_str().contains("1.00 CNY"), "{}", other.message);
        let dated = odrl::Document { until: Some(yaosu_ledger::Timestamp(9)), ..document };
        assert!(take(&mut nothing(Amount(100)), dated, file).is_err(), "a plan has no moments");
    }

    /// Goal: nothing that is named is taken for nothing.
    #[test]
    fn whatever_is_named_is_something() {
        assert!(plan(&[]).is_empty());
        for argument in [
            "--exclusive",
            "--period=1d",
            "--bond=1",
            "--allow=read",
            "--purpose=research",
            "--royalty=1%",
            "--duration=1d",
            "--max-uses=1",
            "--sublicence-depth=1",
            "--duty=attribution",
            "--in-sector=energy",
            "--in-region=CN",
            "--recipient=acme",
            "--policy=terms.json",
        ] {
            assert!(!plan(&[argument]).is_empty(), "{argument}");
        }
    }
}
