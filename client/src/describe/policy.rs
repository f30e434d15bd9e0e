//! What a licence allows and demands, in words.

use yaosu_ledger::model::{Duty, Policy, Scope, UseAction};
use yaosu_ledger::{BasisPoints, Text};

use crate::parse::{show_duration, show_ratio};
use crate::session::Context;

/// A policy in words: only what limits it is named.
pub fn policy(policy: &Policy, context: &Context) -> String {
    let mut parts = vec![format!(
        "to {} for {}",
        join(policy.actions.iter().map(UseAction::name)),
        join(policy.purposes.names().into_iter())
    )];
    if let Scope::Only(sectors) = &policy.sectors {
        parts.push(format!("in the sectors {}", join(sectors.iter().map(Text::as_str))));
    }
    if let Scope::Only(regions) = &policy.regions {
        parts.push(format!("in the regions {}", join(regions.iter().map(Text::as_str))));
    }
    if let Scope::Only(recipients) = &policy.recipients {
        let names: Vec<String> = recipients.iter().map(|id| context.name(*id)).collect();
        parts.push(format!("passed on to {} only", join(names.iter().map(String::as_str))));
    }
    if let Some(uses) = policy.max_uses {
        parts.push(format!("at most {uses} times"));
    }
    if let Some(duration) = policy.duration {
        parts.push(format!("for {}", show_duration(duration)));
    }
    if policy.sublicence_depth > 0 {
        parts.push(format!("sublicensed {} deep", policy.sublicence_depth));
    }
    if policy.royalty > BasisPoints(0) {
        parts.push(format!("with a royalty of {}", show_ratio(policy.royalty)));
    }
    if !policy.duties.is_empty() {
        parts.push(format!("under the duties {}", join(policy.duties.iter().map(Duty::name))));
    }
    parts.join(", ")
}

fn join<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}
