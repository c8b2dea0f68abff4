//! A SECOND OPINION: another reader, asked what a reply means only when ours is not sure enough to act.
//!
//! What may leave is a [`Masked`] text and nothing else: only `mask` makes one, and it takes out what tells whose words they
//! are. An opinion is an answer to weigh (`reading` does), never an act: whoever fails, is late or talks nonsense is as if
//! nobody had been asked. The room may use values of `domain` and `reading`, and the transport of `gateway`, which alone
//! sends. It never logs, and no `Debug` of its values shows a text or a secret.
//!
//! A new kind of reader is one file that implements [`SecondOpinion`].

mod adviser;
mod endpoint;
mod error;
mod labels;
mod mask;
mod question;
#[cfg(feature = "transformer")]
mod transformer;

pub use adviser::Adviser;
pub use endpoint::{Endpoint, EndpointSettings};
pub use error::OpinionError;
pub use mask::{Known, Masked, mask};
pub use question::Question;
#[cfg(feature = "transformer")]
pub use transformer::{Transformer, TransformerError};

use crate::reading::Opinion;
use std::pin::Pin;

/// An opinion that is on its way.
pub type Answering<'a> = Pin<Box<dyn Future<Output = Result<Opinion, OpinionError>> + Send + 'a>>;

/// Another reader.
pub trait SecondOpinion: Send + Sync {
    /// The name under which its opinions are explained.
    fn name(&self) -> &str;

    /// What it makes of a reply. It may take as long as it likes: whoever asks sets the limit.
    fn ask<'a>(&'a self, question: &'a Question) -> Answering<'a>;
}
