//! What a licence allows and demands, what it costs, and who stands behind an order.

use yaosu_ledger::model::{INDUSTRIAL, PlanForm, Policy, Purpose, Purposes, Scope, Supply, Terms};
use yaosu_ledger::{Amount, BasisPoints, ParticipantId, Text, Timestamp};

use super::super::names::Named as _;
use super::super::sentence::Piece::{All, Length, List, Money, Party, Time, Words};
use super::super::sentence::{Piece, Sentence};
use crate::say;

/// Clauses of one sentence, a comma between each.
pub(super) const COMMA: (&str, &str) = (", ", "，");
/// Clauses of one sentence that could stand alone.
pub(super) const SEMICOLON: (&str, &str) = ("; ", "；");

/// What a policy allows and demands: only what limits it is named.
#[must_use]
pub fn policy(policy: &Policy) -> Sentence {
    let mut clauses =
        vec![say!("to {0} for {1}", "可{0}，用于{1}", Piece::list(policy.actions.iter()), purposes(policy.purposes))];
    if let Scope::Only(sectors) = &policy.sectors {
        clauses.push(say!("in the sectors {0}", "限领域{0}", quoted(sectors)));
    }
    if let Scope::Only(regions) = &policy.regions {
        clauses.push(say!("in the regions {0}", "限地区{0}", quoted(regions)));
    }
    if let Scope::Only(recipients) = &policy.recipients {
        let recipients = recipients.iter().map(|id| say!("{0}", "{0}", Party(*id))).collect();
        clauses.push(say!("passed on to {0} only", "仅可转交给 {0}", All(recipients, (", ", "、"))));
    }
    if let Some(uses) = policy.max_uses {
        clauses.push(say!("at most {0} times", "至多 {0} 次", Piece::number(uses)));
    }
    if let Some(duration) = policy.duration {
        clauses.push(say!("for {0}", "期限{0}", Length(duration)));
    }
    if policy.sublicence_depth > 0 {
        clauses.push(say!("sublicensed {0} deep", "可再许可 {0} 层", Piece::number(policy.sublicence_depth)));
    }
    if policy.royalty > BasisPoints(0) {
        clauses.push(say!("with a royalty of {0}", "收益分成 {0}", Piece::share(policy.royalty)));
    }
    if !policy.duties.is_empty() {
        clauses.push(say!("under the duties {0}", "义务为{0}", Piece::list(policy.duties.iter())));
    }
    say!("{0}", "{0}", All(clauses, COMMA))
}

/// Purposes; all industries together by their one name.
fn purposes(purposes: Purposes) -> Piece {
    let words = |name: &str| {
        if name == INDUSTRIAL {
            return ("all industries", "各产业");
        }
        Purpose::ALL.iter().find(|purpose| purpose.name() == name).map_or(("", ""), Purpose::words)
    };
    List(purposes.names().into_iter().map(words).collect())
}

fn quoted<const MAX: usize>(texts: &[Text<MAX>]) -> Piece {
    All(texts.iter().map(|text| say!("{0}", "{0}", Piece::quote(text))).collect(), (", ", "、"))
}

/// A plan: the price, the policy, the supply.
#[must_use]
pub fn terms(terms: &Terms) -> Sentence {
    let price = if terms.price == Amount::ZERO { Words("free", "免费") } else { Money(terms.price) };
    let price = match terms.form {
        PlanForm::OneOff => say!("{0}", "{0}", price),
        PlanForm::Subscription { period } => {
            say!("{0} for each {1}, later versions included", "每{1} {0}，含后续版本", price, Length(period))
        }
    };
    let bond = (terms.bond > Amount::ZERO)
        .then(|| say!("with a bond of {0} from the seller", "供方保证金 {0}", Money(terms.bond)));
    let supply = match terms.supply {
        Supply::Unlimited => say!("for any number of buyers", "不限份数"),
        Supply::Limited(number) => say!("{0} licences in all", "共 {0} 份许可", Piece::number(number)),
        Supply::Exclusive => say!("exclusive", "独占"),
    };
    let clauses = std::iter::once(price).chain(bond).chain([policy(&terms.policy), supply]).collect();
    say!("{0}", "{0}", All(clauses, COMMA))
}

/// Until when, behind a comma; nothing if there is no end.
pub(super) fn until(until: Option<Timestamp>) -> Piece {
    Piece::maybe(until.map(|until| say!(", until {0}", "，至 {0}", Time(until))))
}

/// Who pays and who gets the licence, where that is somebody else than the signer.
pub(super) fn behind(payer: Option<ParticipantId>, licensee: Option<ParticipantId>) -> impl Iterator<Item = Sentence> {
    let payer = payer.map(|payer| say!("{0} pays", "由 {0} 付款", Party(payer)));
    payer.into_iter().chain(licensee.map(|id| say!("{0} gets the licence", "由 {0} 取得许可", Party(id))))
}

/// What the data is for.
pub(super) fn wanted_for(purpose: Purpose) -> Sentence {
    say!("wanted for {0}", "用途为{0}", Piece::named(&purpose))
}

/// Clauses that could stand alone, one after the other.
pub(super) fn clauses(clauses: impl IntoIterator<Item = Sentence>) -> Sentence {
    say!("{0}", "{0}", All(clauses.into_iter().collect(), SEMICOLON))
}
