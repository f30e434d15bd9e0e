//! The ledger's refusals in the words of people: names for identifiers, the currency for minor units, local time.

use yaosu_ledger::{Amount, ParticipantId, Timestamp};

use crate::command_error::{CommandError, RULE_ROLE_MISSING};
use crate::describe::roles_words;
use crate::parse::{moment, show_time};
use crate::said::{plain, said};
use crate::session::{Context, Session};

/// A refusal as the signer would put it; a missing role is told with the roles there are. Other errors stay as they are.
pub async fn explain(session: &Session, mut error: CommandError, signer: ParticipantId) -> CommandError {
    let Ok(client) = session.client() else { return error };
    if error.origin.rule.is_none() {
        return error;
    }
    let context = session.context(identifiers(error.message.as_str()).map(ParticipantId), []).await;
    error.message = plain(in_words(error.message.as_str(), &context));
    if !error.is_rule(RULE_ROLE_MISSING) {
        return error;
    }
    match client.participant(&signer.to_string()).await {
        Ok(found) => {
            let handle = found.record.enrolment.handle;
            let roles = roles_words(found.record.roles);
            error.hint(said!("{handle} has the roles: {roles}", "{handle} 的角色：{roles}")).hint(said!(
                "an operator can ask for more: yaosu proposal create roles {handle} --role ROLE",
                "交易机构可提请增加：yaosu proposal create roles {handle} --role ROLE"
            ))
        }
        Err(_) => error,
    }
}

/// The identifiers that a text mentions, whatever they are of.
pub fn identifiers(text: &str) -> impl Iterator<Item = yaosu_ledger::Digest> {
    text.split(' ').filter_map(|word| trimmed(word).parse().ok())
}

/// A word without what stands around it.
fn trimmed(word: &str) -> &str {
    word.trim_matches(|character: char| !character.is_ascii_alphanumeric())
}

/// The text with what only machines read replaced: `1200 fen` and `1795754946989 ms` are how the ledger writes amounts
/// and moments.
pub fn in_words(text: &str, context: &Context) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let mut shown = Vec::with_capacity(words.len());
    let mut place = 0;
    while let Some(word) = words.get(place).copied() {
        place += 1;
        let core = trimmed(word);
        let unit = words.get(place).copied().map(trimmed);
        let number = core.parse::<u64>().ok();
        let replacement = match (unit, number) {
            (Some("fen"), Some(amount)) => Some((context.money(Amount(amount)), true)),
            (Some("ms"), Some(moment)) => Some((show_time(Timestamp(moment)), true)),
            _ => match core.parse() {
                Ok(id) => Some((context.name(ParticipantId(id)), false)),
                // In other languages than English a node writes moments for all time zones.
                Err(_) => moment(core).ok().filter(|_| core.ends_with('Z')).map(|moment| (show_time(moment), false)),
            },
        };
        match replacement {
            Some((words_for, true)) => {
                shown.push(words[place].replace(unit.unwrap_or_default(), &word.replace(core, words_for.as_str())));
                place += 1;
            }
            Some((words_for, false)) => shown.push(word.replace(core, words_for.as_str())),
            None => shown.push(word.to_owned()),
        }
    }
    shown.join(" ")
}

#[cfg(test)]
mod tests {
    use yaosu_ledger::{Currency, Digest, Handle};

    use crate::parse::short;

    use super::*;

    /// Goal: what the ledger says of amounts, moments and parties reads as people write them.
    #[test]
    fn refusals_are_in_words() {
        let (known, unknown) = (Digest([0xab; 32]), Digest([0xcd; 32]));
        let mut context =
            Context { currency: Some(Currency::new("CNY").expect("three letters")), ..Context::default() };
        context.names.insert(ParticipantId(known), Handle::new("acme").expect("a handle"));
        let moment = show_time(Timestamp(1_795_754_946_989));
        let rows = [
            ("10000 fen are needed, 25 are available".to_owned(), "100.00 CNY are needed, 25 are available".to_owned()),
            ("at most 5000 fen, no more".to_owned(), "at most 50.00 CNY, no more".to_owned()),
            ("closes at 1795754946989 ms, now".to_owned(), format!("closes at {moment}, now")),
            (format!("the seller is {known}"), "the seller is acme".to_owned()),
            (format!("({unknown}) is gone"), format!("({}) is gone", short(unknown))),
            ("plan 3 has 4 licences".to_owned(), "plan 3 has 4 licences".to_owned()),
            (format!("供方是 {known}"), "供方是 acme".to_owned()),
            (
                format!("许可 {unknown}于 2026-11-27T04:49:06.989Z 到期，"),
                format!("许可 {}于 {moment} 到期，", short(unknown)),
            ),
        ];
        for (text, words) in rows {
            assert_eq!(in_words(&text, &context), words);
        }
    }

    /// Goal: no refusal tells an amount in minor units.
    /// Method: each rule that names amounts, with amounts that would show.
    #[test]
    fn amounts_are_told_in_the_currency() {
        use yaosu_ledger::rejection::Rejection;
        let context = Context { currency: Some(Currency::new("CNY").expect("three letters")), ..Context::default() };
        let (one, other) = (Amount(77_701), Amount(77_702));
        let seller = ParticipantId(Digest([1; 32]));
        for rejection in [
            Rejection::FundsShort { available: one, needed: other },
            Rejection::PriceAboveLimit { price: one, max_price: other },
            Rejection::BondUnfit { plan: 0, bond: one, least: other },
            Rejection::BondShort { seller, available: one, needed: other },
            Rejection::RefundTooHigh { refund: one, price: other },
            Rejection::PriceAboveCeiling { plan: 0, price: one, ceiling: other },
        ] {
            let told = in_words(&rejection.to_string(), &context);
            assert!(told.contains("777.01 CNY") && told.contains("777.02 CNY"), "{told}");
        }
    }
}
