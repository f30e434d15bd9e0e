//! `yaosu openness`

use yaosu_api::words::Label;
use yaosu_api::{OpennessRow, OpennessView};
use yaosu_ledger::BasisPoints;
use yaosu_ledger::openness::Ratio;

use crate::command_error::CommandError;
use crate::parse::{show_ratio, show_time};
use crate::said::{Said, plain, said};
use crate::screen::{Screen, Show};
use crate::session::Session;

const HEADER: &[Label] = &[
    Label::Authority,
    Label::Assets,
    Label::Open,
    Label::Conditional,
    Label::Closed,
    Label::Overdue,
    Label::ShareOpen,
    Label::Timely,
    Label::Complete,
    Label::Accurate,
];

impl Show for OpennessView {
    fn show(&self, screen: &mut Screen) {
        screen.line(said!(
            "public data in the register at height {}, {}",
            "已登记的公共数据，截至高度 {}，{}",
            self.as_of,
            show_time(self.time)
        ));
        screen.table(HEADER, self.authorities.iter().map(cells).collect());
    }
}

/// A row of the table, of an authority or an asset.
pub fn cells(row: &OpennessRow) -> Vec<Said> {
    let OpennessRow { handle, figures, .. } = row;
    vec![
        handle.as_ref().map_or_else(|| said!("(none in charge)", "（无主管机构）"), plain),
        plain(figures.assets),
        plain(figures.open),
        plain(figures.conditional),
        plain(figures.closed),
        plain(figures.reviews_overdue),
        share(figures.openness(), row.openness_basis_points),
        share(figures.timely, row.timeliness_basis_points),
        row.completeness_basis_points.map_or_else(Said::default, show_ratio),
        row.accuracy_basis_points.map_or_else(Said::default, show_ratio),
    ]
}

/// `66.66% (2 of 3)`.
pub fn share(ratio: Ratio, basis_points: Option<BasisPoints>) -> Said {
    basis_points.map_or_else(Said::default, |found| {
        said!("{} ({} of {})", "{}（{2} 中 {1}）", show_ratio(found), ratio.part, ratio.whole)
    })
}

/// Shows the figures of every authority.
pub async fn run(session: &Session) -> Result<(), CommandError> {
    session.show(&session.client()?.openness().await?)
}
