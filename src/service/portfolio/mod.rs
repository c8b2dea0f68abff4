//! A portfolio: cases as creditors export them. Pure: bytes or JSON in, rows and refusals out.
//!
//! A file is read through a profile, which says how its tool writes: which column is which, dates, decimals, encoding.
//! Every line then goes through the same checks, whether it came from a file or through the API.

mod field;
mod file;
mod json;
mod line;
mod profile;
#[cfg(test)]
mod tests;
mod values;

pub use file::{Batch, Portfolio, PortfolioError, PortfolioFile, read_portfolio};
pub use json::read_json;
pub use line::{Fault, PortfolioRow, Rejection};
pub use profile::{Profile, ProfileError};
pub use values::amount_in_cents;
