//! The chain as a whole: `/v1/genesis`, `/v1/head`, `/v1/chain`, `/v1/status`, `/v1/validators`, `/v1/money`, `/v1/nodes`.

use axum::extract::State as Shared;
use axum::response::Response;
use yaosu_api::{ChainView, Entity, HeadView, SupplyView, ValidatorView, ValidatorsView};
use yaosu_ledger::model::Account;
use yaosu_ledger::state::{
    Absences, Accounts, Constants, Nodes, Parked, Participants, Reader, RulePacks, State, Supplies, Table,
};
use yaosu_ledger::{Amount, Digest, codec};

use super::api::Api;
use super::call::Call;
use super::page::{self, Part};
use super::problem::ApiError;
use super::reply::{Keep, Reply};
use super::view::View;

/// Accounts that are fetched at once.
const ADDED_AT_ONCE: usize = 4_096;

/// The founding document, in its canonical bytes.
pub fn genesis(view: &View, call: &Call) -> Result<Reply, ApiError> {
    call.query(&[])?;
    Ok(Reply::octets(codec::encode(view.handle().genesis()), Keep::Tagged(view.tip().chain.to_string())))
}

/// The end of the chain.
pub fn head(view: &View, call: &Call) -> Result<Reply, ApiError> {
    call.query(&[])?;
    let tip = view.tip();
    let head = HeadView {
        chain: tip.chain,
        height: tip.height,
        block: tip.block,
        time: tip.time,
        state_root: tip.state.root(),
    };
    Ok(Reply::json(&head, view.keep()))
}

/// What never or seldom changes.
pub fn chain(view: &View, call: &Call) -> Result<Reply, ApiError> {
    call.query(&[])?;
    let constant = record::<Constants>(view.state(), &())?;
    let rule_pack = record::<RulePacks>(view.state(), &())?;
    let chain = ChainView { chain: view.tip().chain, name: constant.name, currency: constant.currency, rule_pack };
    Ok(Reply::json(&chain, view.keep()))
}

/// A record that genesis writes and nothing deletes.
fn record<T: Table>(state: &State, key: &T::Key) -> Result<T::Record, ApiError> {
    state.get::<T>(key).ok_or_else(|| ApiError::internal(format!("the state has no {}", T::NAME)))
}

/// How the node is. Depends on more than the state, so that it is never kept.
pub async fn status(Shared(api): Shared<Api>, call: Call) -> Result<Response, ApiError> {
    call.query(&[])?;
    Ok(Reply::json(&api.handle().status().await, Keep::No).into_response(&call.headers))
}

/// Who decides the next height.
pub fn validators(view: &View, call: &Call) -> Result<Reply, ApiError> {
    call.query(&[])?;
    let set = view.tip().validators();
    let hash: Digest = set.hash();
    let validators = set.validators().iter().map(|validator| {
        let operator = record::<Participants>(view.state(), &validator.operator)?;
        let absence = view.state().get::<Absences>(&validator.operator);
        Ok(ValidatorView {
            validator: validator.clone(),
            handle: operator.enrolment.handle,
            missed_turns: absence.map_or(0, |absence| absence.missed),
            passed_over_until: absence.map(|absence| absence.passed_over_until),
        })
    });
    let validators = validators.collect::<Result<_, ApiError>>()?;
    Ok(Reply::json(&ValidatorsView { height: view.height().next(), hash, validators }, view.keep()))
}

/// All money after the last block, or after one before it while it is added up; the answer's tag names the block. Adding it
/// up takes a look at every account.
pub fn money(view: &View, call: &Call) -> Result<Reply, ApiError> {
    call.query(&[])?;
    let counted = view.api().supply().get((view.height(), view.tip().block), || add_up(view.state()))?;
    Ok(Reply::json(&counted.figures, Keep::UntilBlock(counted.block)))
}

fn add_up(state: &State) -> Result<SupplyView, ApiError> {
    let supply = record::<Supplies>(state, &())?;
    let (mut available, mut held) = (Amount::ZERO, Amount::ZERO);
    // Few: they wait for holders that are suspended.
    let mut waiting = state.scan::<Parked>(&(), usize::MAX).into_iter();
    let parked = waiting.try_fold(Amount::ZERO, |sum, (_, amount)| sum.checked_add(amount));
    let too_much = || ApiError::internal("the accounts hold more than can be counted");
    let prefix = [Accounts::NUMBER];
    let mut start = prefix.to_vec();
    loop {
        let entries = state.scan_bytes(&prefix, &start, ADDED_AT_ONCE);
        let Some((last, _)) = entries.last() else {
            let parked = parked.ok_or_else(too_much)?;
            return Ok(SupplyView { supply, available, held, parked });
        };
        start.clone_from(last);
        start.push(0);
        for (_, value) in &entries {
            let account: Account = codec::decode_own(value).map_err(|error| ApiError::internal(error.to_string()))?;
            available = available.checked_add(account.available).ok_or_else(too_much)?;
            held = held.checked_add(account.held).ok_or_else(too_much)?;
        }
    }
}

/// Machines that may join the network.
pub fn nodes(view: &View, call: &Call) -> Result<Reply, ApiError> {
    let part = Part::of(&call.query(&page::PARAMETERS)?)?;
    let nodes = page::of_table::<Nodes, _>(view.state(), view.height(), &[], &part, |id, record| {
        Ok(Some(Entity { id, record }))
    })?;
    Ok(Reply::json(&nodes, view.keep()))
}
