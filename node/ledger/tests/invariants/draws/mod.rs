//! How each kind of transaction is drawn: by whom, about what. One function for each action.

pub mod assets;
pub mod deals;
pub mod governance;
pub mod licences;
pub mod market;
pub mod money;
pub mod orders;
pub mod people;
pub mod supervision;

use yaosu_ledger::ParticipantId;
use yaosu_ledger::transaction::Action;

/// Who signs what, if there is anything to ask it of.
pub type Drawn = Option<(ParticipantId, Action)>;
