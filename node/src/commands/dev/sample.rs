//! Who is in the sample market.

use yaosu_ledger::model::Role;

/// A sample participant.
pub struct Sample {
    /// Its handle, and the name of its key.
    pub handle: &'static str,
    /// Its name.
    pub legal_name: &'static str,
    /// What it may do.
    pub roles: &'static [Role],
    /// Its money at the start, in minor units.
    pub balance: u64,
}

/// Everyone but the operators, who are made with their validators.
pub const SAMPLES: &[Sample] = &[
    Sample { handle: "registrar", legal_name: "Sample Registration Centre", roles: &[Role::Registrar], balance: 0 },
    Sample { handle: "bank", legal_name: "Sample Settlement Bank", roles: &[Role::SettlementAgent], balance: 0 },
    Sample { handle: "regulator", legal_name: "Sample Data Administration", roles: &[Role::Regulator], balance: 0 },
    Sample { handle: "assessor", legal_name: "Sample Data Assessment Ltd", roles: &[Role::Assessor], balance: 0 },
    Sample { handle: "arbiter", legal_name: "Sample Arbitration Commission", roles: &[Role::Arbiter], balance: 0 },
    Sample {
        handle: "weather-bureau",
        legal_name: "Sample Weather Bureau",
        roles: &[Role::PublicAuthority],
        balance: 0,
    },
    Sample { handle: "alice", legal_name: "Alice Data Products Ltd", roles: &[Role::Trader], balance: 10_000_000 },
    Sample { handle: "bob", legal_name: "Bob Analytics Ltd", roles: &[Role::Trader], balance: 10_000_000 },
    Sample { handle: "carol", legal_name: "Carol Retail Ltd", roles: &[Role::Trader], balance: 10_000_000 },
];

/// The handle of an operator, by its number from 1.
pub fn operator_handle(number: u8) -> String {
    format!("operator-{number}")
}
