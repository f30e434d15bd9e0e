//! `yaosu openness`

use yaosu_api::{OpennessRow, OpennessView};
use yaosu_ledger::BasisPoints;
use yaosu_ledger::openness::Ratio;

use crate::command_error::CommandError;
use crate::parse::{show_ratio, show_time};
use crate::screen::{Screen, Show};
use crate::session::Session;

const HEADER: &[&str] =
    &["authority", "assets", "open", "conditional", "closed", "overdue", "openness", "timely", "complete", "accurate"];

impl Show for OpennessView {
    fn show(&self, screen: &mut Screen) {
        screen.line(format!("public data in the register at height {}, {}", self.as_of, show_time(self.time)));
        screen.table(HEADER, self.authorities.iter().map(cells).collect());
    }
}

/// A row of the table, of an authority or an asset.
pub fn cells(row: &OpennessRow) -> Vec<String> {
    let OpennessRow { handle, figures, .. } = row;
    vec![
        handle.as_ref().map_or_else(|| "(none in charge)".to_owned(), ToString::to_string),
        figures.assets.to_string(),
        figures.open.to_string(),
        figures.conditional.to_string(),
        figures.closed.to_string(),
        figures.reviews_overdue.to_string(),
        share(figures.openness(), row.openness_basis_points),
        share(figures.timely, row.timeliness_basis_points),
        row.completeness_basis_points.map_or_else(String::new, show_ratio),
        row.accuracy_basis_points.map_or_else(String::new, show_ratio),
    ]
}

/// `66.66% (2 of 3)`.
pub fn share(ratio: Ratio, basis_points: Option<BasisPoints>) -> String {
    basis_points.map_or_else(String::new, |found| format!("{} ({} of {})", show_ratio(found), ratio.part, ratio.whole))
}

/// Shows the figures of every authority.
pub async fn run(session: &Session) -> Result<(), CommandError> {
    session.show(&session.client()?.openness().await?)
}
