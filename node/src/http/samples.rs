//! Samples: which chunks of a version's content the ledger has chosen to be shown.

use yaosu_api::{BlockReference, SampleChoiceView};
use yaosu_ledger::sample::{self, CHOSEN_MAX};
use yaosu_ledger::state::{Reader as _, Versions};
use yaosu_ledger::validators::CommitCertificate;

use super::assets::named;
use super::call::Call;
use super::problem::ApiError;
use super::reply::Reply;
use super::view::{View, missing};

/// `?version=`: the latest if none is given.
pub fn choice(view: &View, call: &Call) -> Result<Reply, ApiError> {
    let query = call.query(&["version"])?;
    let asset = named(view, call)?;
    let number = query.number::<u32>("version")?.unwrap_or(asset.record.latest_version);
    let version = view
        .state()
        .get::<Versions>(&(asset.id, number))
        .ok_or_else(|| ApiError::not_found(format!("asset {} has no version {number}", asset.id)))?;
    let height = version.height.next();
    let block = if height <= view.height() {
        let (_, certificate) = view.store().header(height)?.ok_or_else(|| missing(height))?;
        let certificate: CommitCertificate = certificate;
        Some(BlockReference { height, id: certificate.block })
    } else {
        None
    };
    let (content_root, size_bytes) = (version.content.content_root, version.content.size_bytes);
    let chunks = block.map_or_else(Vec::new, |block| sample::chosen(&block.id, &content_root, size_bytes, CHOSEN_MAX));
    let shown = SampleChoiceView { asset: asset.id, version: number, content_root, size_bytes, block, chunks };
    Ok(Reply::json(&shown, view.keep()))
}
