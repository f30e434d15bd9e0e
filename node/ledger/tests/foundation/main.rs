//! The ledger's foundation: the rules of transactions, participants, money and governance, blocks, receipts, bytes, and
//! the documents that describe them.

mod amounts;
mod approvals;
mod chain;
mod codec;
mod dealing_values;
mod documents;
mod execution;
mod genesis;
mod golden;
mod governance;
mod measures;
mod money;
mod receipts;
mod rules;
mod spans;
mod state;
mod texts;
#[path = "../town/mod.rs"]
mod town;
mod turns;
mod values;
mod vectors;
