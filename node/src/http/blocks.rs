//! Blocks.

use yaosu_api::{BlockView, Page};
use yaosu_ledger::block::Header;
use yaosu_ledger::transaction::Envelope;
use yaosu_ledger::validators::CommitCertificate;
use yaosu_ledger::{BlockId, Height, TransactionId};

use super::call::Call;
use super::page;
use super::problem::ApiError;
use super::reference::{self, Prefix, SHOWN_MAX, only};
use super::reply::{Keep, Reply};
use super::view::{View, missing};

/// Blocks, newest first, without the identifiers of their transactions. The cursor is a height.
pub fn list(view: &View, call: &Call) -> Result<Reply, ApiError> {
    let query = call.query(&page::PARAMETERS)?;
    let limit = page::limit(&query)?;
    let newest = match query.number::<u64>("cursor")? {
        Some(cursor) => Height(cursor).previous().min(view.height()),
        None => view.height(),
    };
    let mut items = Vec::new();
    let mut height = newest;
    while height > Height::GENESIS && items.len() < limit {
        let (header, certificate) = view.store().header(height)?.ok_or_else(|| missing(height))?;
        let transaction_count = view.store().transaction_count(height)?.ok_or_else(|| missing(height))?;
        items.push(BlockView { id: certificate.block, header, certificate, transactions: None, transaction_count });
        height = height.previous();
    }
    let cursor = (height > Height::GENESIS).then(|| height.next().to_string());
    Ok(Reply::json(&Page { items, cursor, as_of: view.height() }, view.keep()))
}

/// One block, by height, identifier or a prefix of it. Digits that are a height of the chain are that height.
pub fn show(view: &View, call: &Call) -> Result<Reply, ApiError> {
    call.query(&[])?;
    let text = call.path("ref");
    let height = find(view, text)?;
    let block = view.store().block(height)?.ok_or_else(|| missing(height))?;
    let (header, certificate): (Header, CommitCertificate) =
        view.store().header(height)?.ok_or_else(|| missing(height))?;
    let transactions: Vec<TransactionId> = block.transactions.iter().map(Envelope::id).collect();
    let id = certificate.block;
    let keep = if text == id.to_string() { Keep::Forever(text.into()) } else { Keep::Tagged(id.to_string()) };
    let transaction_count = transactions.len();
    let block = BlockView { id, header, certificate, transactions: Some(transactions), transaction_count };
    Ok(Reply::json(&block, keep))
}

fn find(view: &View, text: &str) -> Result<Height, ApiError> {
    let height = text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit())).map(Height);
    if let Some(height) = height.filter(|height| (Height(1)..=view.height()).contains(height)) {
        return Ok(height);
    }
    let prefix = match (Prefix::parse(text), height) {
        (Some(prefix), _) => prefix,
        (None, Some(height)) => {
            let last = view.height();
            return Err(ApiError::not_found((format!("there is no block {height}"), format!("没有区块 {height}")))
                .with_hint((format!("the last one is {last}"), format!("最新区块是 {last}"))));
        }
        (None, None) => {
            return Err(reference::not_a_reference("block", text).with_hint((
                "give a height, or the identifier in 64 lower-case hexadecimal digits, or its first 6 or more",
                "请输入高度，或 64 位小写十六进制数字的标识，或其前 6 位以上",
            )));
        }
    };
    let found = view.store().find_blocks(&prefix.bytes, prefix.nibble, SHOWN_MAX + 1)?;
    let seen: Vec<_> = found.into_iter().filter(|(_, height)| *height <= view.height()).collect();
    let ids: Vec<BlockId> = seen.iter().map(|(id, _)| *id).collect();
    let id = only("block", text, &ids)?;
    seen.iter().find(|(other, _)| *other == id).map(|(_, height)| *height).ok_or_else(|| reference::none("block", text))
}
