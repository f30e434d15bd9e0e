//! A price, divided: the same table before a sale and after it.

use yaosu_api::words::Label;
use yaosu_api::{RoyaltiesView, RoyaltyView};
use yaosu_ledger::Amount;

use crate::said::{Said, plain, said};
use crate::screen::Screen;
use crate::session::Context;

/// Shows who gets what, and the sum of it. `given_back` is what goes back to the payer, with their name.
pub fn division(screen: &mut Screen, context: &Context, paid: Option<&RoyaltiesView>, given_back: (Said, Amount)) {
    let mut parts = Vec::new();
    if let Some(RoyaltiesView { asset, fee, fee_account, rest, holder, royalties, .. }) = paid {
        parts.push((context.title(*asset), context.name(*holder), *rest));
        for RoyaltyView { asset, version, holder, amount, parked } in royalties {
            let waits = if *parked { said!(" (waits)", "（待领）") } else { Said::default() };
            let what = said!("royalty: version {version} of {}", "收益分成：{} 第 {version} 版", context.title(*asset));
            parts.push((what, plain(format_args!("{}{waits}", context.name(*holder))), *amount));
        }
        parts.push((said!("fee of the exchange", "交易机构手续费"), context.name(*fee_account), *fee));
    }
    let (payer, amount) = given_back;
    if amount > Amount::ZERO {
        parts.push((said!("given back", "退还"), payer, amount));
    }
    let sum = parts.iter().map(|(.., amount)| amount.0).fold(0, u64::saturating_add);
    parts.push((said!("total", "合计"), Said::default(), Amount(sum)));
    let rows = parts.into_iter().map(|(what, who, amount)| vec![what, who, context.money(amount)]);
    screen.table(&[Label::What, Label::Who, Label::Amount], rows.collect());
}
