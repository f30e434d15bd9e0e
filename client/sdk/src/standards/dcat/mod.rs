//! DCAT 3: the catalogue of registered assets for harvesters, and other venues' catalogues as drafts of registrations.

mod draft;
mod graph;
mod licences;
mod read;
mod words;
mod write;

pub use draft::{Draft, DraftFile, FORMAT, Licence, Source};
pub use read::{Harvest, Refused, read};
pub use write::{Entry, Venue, write};
