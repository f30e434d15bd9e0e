//! The one evaluator of policies (使用控制): what is within what, what several have in common, and "may I?".
//!
//! Pure functions of policies and requests. Every stage asks here: a listing and a sublicence whether they stay within
//! what they come from, a derivation whether its licences leave anything in common, an order, a derivation, a sublicence
//! and a use whether they may be. The answer no always names the clause that says it.

mod containment;
mod decide;
mod meet;

pub use decide::{Request, Verdict, allows_action, allows_purpose, decide, decide_licence, decide_passing_on, live};
pub use meet::meet;

use crate::model::named;

named! {
    /// A clause of a licence: the part that says no.
    Clause {
        /// It is in force no more, or not yet.
        Status = "status",
        /// What may be done.
        Actions = "actions",
        /// For what.
        Purposes = "purposes",
        /// In which sectors.
        Sectors = "sectors",
        /// In which regions.
        Regions = "regions",
        /// To whom it may be passed on.
        Recipients = "recipients",
        /// How often.
        MaxUses = "max_uses",
        /// How long.
        Duration = "duration",
        /// How deep it may be sublicensed.
        SublicenceDepth = "sublicence_depth",
        /// What goes upstream of what is earned.
        Royalty = "royalty",
        /// What the holder must do.
        Duties = "duties",
    }
}
