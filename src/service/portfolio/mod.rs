//! A portfolio: a CSV file of cases, as creditors export them. Pure: bytes in, rows and refusals out.

mod file;
mod line;
#[cfg(test)]
mod tests;

pub use file::{Portfolio, PortfolioError, Rejection, read_portfolio};
pub use line::PortfolioRow;
