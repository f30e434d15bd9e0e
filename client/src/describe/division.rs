//! A price, divided: the same table before a sale and after it.

use yaosu_api::{RoyaltiesView, RoyaltyView};
use yaosu_ledger::Amount;

use crate::screen::Screen;
use crate::session::Context;

/// Shows who gets what, and the sum of it. `given_back` is what goes back to the payer, with their name.
pub fn division(screen: &mut Screen, context: &Context, paid: Option<&RoyaltiesView>, given_back: (&str, Amount)) {
    let mut parts = Vec::new();
    if let Some(RoyaltiesView { asset, fee, fee_account, rest, holder, royalties, .. }) = paid {
        parts.push((context.title(*asset), context.name(*holder), *rest));
        for RoyaltyView { asset, version, holder, amount, parked } in royalties {
            let waits = if *parked { " (waits)" } else { "" };
            let what = format!("royalty: version {version} of {}", context.title(*asset));
            parts.push((what, format!("{}{waits}", context.name(*holder)), *amount));
        }
        parts.push(("fee of the exchange".to_owned(), context.name(*fee_account), *fee));
    }
    let (payer, amount) = given_back;
    if amount > Amount::ZERO {
        parts.push(("given back".to_owned(), payer.to_owned(), amount));
    }
    let sum = parts.iter().map(|(.., amount)| amount.0).fold(0, u64::saturating_add);
    parts.push(("total".to_owned(), String::new(), Amount(sum)));
    let rows = parts.into_iter().map(|(what, who, amount)| vec![what, who, context.money(amount)]);
    screen.table(&["what", "who", "amount"], rows.collect());
}
