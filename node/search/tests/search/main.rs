//! Goal: what is searched for is found, counts are those of the state, and the index follows the state from wherever it is.

mod facets;
mod following;
mod hostile;
mod languages;
mod market;
mod support;
