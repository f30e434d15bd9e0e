//! The explorer: the ledger as pages for people, in English at `/` and in Chinese at `/zh/`, served by the node itself.
//!
//! Pages are made on the server and read without scripts; only the verifier has one, in itself. Nothing is loaded from another
//! host.
//! Each page is made from what the contract under `/v1` says of the same height: its path with `.json` gives that, and
//! with `.csv` its list. Texts of participants are escaped by the template language; nothing is put into a page raw
//! except the provenance picture, which escapes for itself.

mod asset;
mod block;
mod catalogue;
mod csv;
mod files;
mod find;
mod home;
mod layout;
mod licence;
mod listing;
mod lists;
mod moment;
mod network;
mod openness;
mod order;
mod participant;
mod parts;
mod picture;
mod problem;
mod room;
mod route;
mod sentence;
mod subject;
mod tables;
#[cfg(test)]
mod tests;
mod transaction;
mod verify;
mod verify_words;
mod words;
mod written;

pub use route::{no_page, routes};
