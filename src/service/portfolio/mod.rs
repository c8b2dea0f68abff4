//! A portfolio: cases, and their payments, as creditors export them. Pure: bytes or JSON in, rows and refusals out.
//!
//! A file is read through a profile, which says how its tool writes: which column is which, dates, decimals, encoding.
//! Every line then goes through the same checks, whether it came from a file or through the API.

mod cells;
mod entry;
mod field;
mod file;
mod json;
mod line;
mod mapping;
mod payment_line;
mod profile;
#[cfg(test)]
mod tests;
mod values;

pub use cells::{Fault, Rejection};
pub use entry::Entry;
pub use file::{Batch, ImportFile, Portfolio, PortfolioError, read_portfolio};
pub use json::read_json;
pub use line::PortfolioRow;
pub use payment_line::PaymentLine;
pub use profile::{Profile, ProfileError};
pub use values::amount_in_cents;
