//! How open, timely, complete and accurate public data is.

use yaosu_api::{AssetOpennessView, OpennessRow, OpennessView};
use yaosu_ledger::Handle;
use yaosu_ledger::openness::{self, Figures};
use yaosu_ledger::state::{Participants, PublicCharges, Reader};

use super::assets::named;
use super::call::Call;
use super::problem::ApiError;
use super::reply::{Keep, Reply};
use super::view::View;

/// The figures of every authority, up to the time of a block: the last one, or one before it while they are counted.
/// Counting takes a look at every asset.
pub fn list(view: &View, call: &Call) -> Result<Reply, ApiError> {
    call.query(&[])?;
    let counted = view.api().openness().get((view.height(), view.tip().block), || Ok(count(view)))?;
    Ok(Reply::json(&counted.figures, Keep::UntilBlock(counted.block)))
}

fn count(view: &View) -> OpennessView {
    let time = view.tip().time;
    let figures = openness::of_authorities(view.state(), time).into_iter();
    let authorities = figures.map(|figures| row(view, figures)).collect();
    OpennessView { as_of: view.height(), time, authorities }
}

/// The figures of one asset.
pub fn of_asset(view: &View, call: &Call) -> Result<Reply, ApiError> {
    call.query(&[])?;
    let asset = named(view, call)?;
    let figures = openness::of_asset(view.state(), asset.id, &asset.record, view.tip().time);
    let found = AssetOpennessView {
        asset: asset.id,
        charge: view.state().get::<PublicCharges>(&asset.id),
        figures: figures.map(|figures| row(view, figures)),
        openness: asset.record.description.openness,
    };
    Ok(Reply::json(&found, view.keep()))
}

fn row(view: &View, figures: Figures) -> OpennessRow {
    OpennessRow::new(figures.authority.and_then(|authority| handle(view, &authority)), figures)
}

fn handle(view: &View, authority: &yaosu_ledger::ParticipantId) -> Option<Handle> {
    view.state().get::<Participants>(authority).map(|found| found.enrolment.handle)
}
