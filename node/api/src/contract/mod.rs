//! The description of the door as values: every path with its parameters, bodies, answers and examples.
//!
//! One table, [`Operation`], makes both the node's router and the `OpenAPI` document. Neither can have a path that the
//! other has not.

mod document;
mod evidence;
mod examples;
mod operation;
mod page;
mod parameter;

pub use document::document;
pub use examples::{EXAMPLE_ID, EXAMPLE_TRANSACTION};
pub use operation::{Answer, Media, Method, Operation};
pub use page::{STYLE, page};
pub use parameter::{Form, Parameter, Place};
