//! R201 to R206: money (结算).

use super::{Scene, freeze};
use crate::event::Event;
use crate::model::{FreezeScope, Role};
use crate::primitives::{Amount, ParticipantId, Text};
use crate::rejection::Rejection;
use crate::state::{Accounts, Reader, Subject, Supplies};

/// R12, R201, R202, R203, R206.
pub fn issue<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    to: ParticipantId,
    amount: Amount,
    bank_reference: &Text<64>,
) -> Result<(), Rejection> {
    scene.require_role(Role::SettlementAgent)?;
    check_amount(amount)?;
    if bank_reference.is_empty() {
        return Err(Rejection::ReferenceEmpty);
    }
    check_recipient(scene, to)?;
    let mut supply = scene.draft.get::<Supplies>(&()).unwrap_or_default();
    supply.issued = supply.issued.checked_add(amount).ok_or(Rejection::SupplyFull)?;
    scene.draft.put::<Supplies>(&(), &supply);
    credit(scene, to, amount);
    scene.events.push(Event::Issued { to, amount, bank_reference: bank_reference.clone() });
    Ok(())
}

/// R12, R201, R202, R638, R204. That the holder approves is R8.
pub fn redeem<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    from: ParticipantId,
    amount: Amount,
    bank_reference: &Text<64>,
) -> Result<(), Rejection> {
    scene.require_role(Role::SettlementAgent)?;
    check_amount(amount)?;
    if bank_reference.is_empty() {
        return Err(Rejection::ReferenceEmpty);
    }
    freeze::check(scene, FreezeScope::Funds, &[Subject::Participant(from)])?;
    debit(scene, from, amount)?;
    let mut supply = scene.draft.get::<Supplies>(&()).unwrap_or_default();
    // Never more goes out than came in: what is redeemed was available, so it had been issued.
    supply.redeemed = supply.redeemed.checked_add(amount).ok_or(Rejection::SupplyFull)?;
    scene.draft.put::<Supplies>(&(), &supply);
    scene.events.push(Event::Redeemed { from, amount, bank_reference: bank_reference.clone() });
    Ok(())
}

/// R201, R205, R203, R638, R204.
pub fn pay<R: Reader>(
    scene: &mut Scene<'_, '_, R>,
    to: ParticipantId,
    amount: Amount,
    memo: &Text<128>,
) -> Result<(), Rejection> {
    check_amount(amount)?;
    let from = scene.signer;
    if to == from {
        return Err(Rejection::PaySelf);
    }
    check_recipient(scene, to)?;
    freeze::check(scene, FreezeScope::Funds, &[Subject::Participant(from)])?;
    debit(scene, from, amount)?;
    credit(scene, to, amount);
    scene.events.push(Event::Paid { from, to, amount, memo: memo.clone() });
    Ok(())
}

fn check_amount(amount: Amount) -> Result<(), Rejection> {
    if amount == Amount::ZERO { Err(Rejection::AmountZero) } else { Ok(()) }
}

fn check_recipient<R: Reader>(scene: &Scene<'_, '_, R>, recipient: ParticipantId) -> Result<(), Rejection> {
    scene.active(recipient).map(drop).ok_or(Rejection::RecipientUnknown { recipient })
}

/// Takes available money away.
pub fn debit<R: Reader>(scene: &mut Scene<'_, '_, R>, from: ParticipantId, amount: Amount) -> Result<(), Rejection> {
    let mut account = scene.draft.get::<Accounts>(&from).unwrap_or_default();
    let short = Rejection::FundsShort { available: account.available, needed: amount };
    account.available = account.available.checked_sub(amount).ok_or(short)?;
    scene.draft.put::<Accounts>(&from, &account);
    Ok(())
}

/// Takes available money away to pay a price at once: R638, R204.
pub fn spend<R: Reader>(scene: &mut Scene<'_, '_, R>, payer: ParticipantId, price: Amount) -> Result<(), Rejection> {
    freeze::check(scene, FreezeScope::Funds, &[Subject::Participant(payer)])?;
    debit(scene, payer, price)
}

/// Adds available money; no money leaves no record. All money there is fits one account, since all that was ever issued fits (R206).
pub fn credit<R: Reader>(scene: &mut Scene<'_, '_, R>, to: ParticipantId, amount: Amount) {
    if amount == Amount::ZERO {
        return;
    }
    let mut account = scene.draft.get::<Accounts>(&to).unwrap_or_default();
    account.available = account.available.checked_add(amount).expect("one account holds at most all money issued");
    scene.draft.put::<Accounts>(&to, &account);
}

/// Locks available money, a price in escrow or a bond at stake: R638, R204.
pub fn hold<R: Reader>(scene: &mut Scene<'_, '_, R>, payer: ParticipantId, amount: Amount) -> Result<(), Rejection> {
    if amount == Amount::ZERO {
        return Ok(());
    }
    freeze::check(scene, FreezeScope::Funds, &[Subject::Participant(payer)])?;
    debit(scene, payer, amount)?;
    let mut account = scene.draft.get::<Accounts>(&payer).unwrap_or_default();
    account.held = account.held.checked_add(amount).expect("one account holds at most all money issued");
    scene.draft.put::<Accounts>(&payer, &account);
    Ok(())
}

/// Unlocks money, once for each [`hold`]; it must be credited to someone in the same step.
pub fn release<R: Reader>(scene: &mut Scene<'_, '_, R>, payer: ParticipantId, amount: Amount) {
    if amount == Amount::ZERO {
        return;
    }
    let mut account = scene.draft.get::<Accounts>(&payer).unwrap_or_default();
    account.held = account.held.checked_sub(amount).expect("what an order releases was held before");
    scene.draft.put::<Accounts>(&payer, &account);
}
