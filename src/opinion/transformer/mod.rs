//! A model of the BERT family that runs inside the program: its folder holds `config.json`, `tokenizer.json` and
//! `model.safetensors`, as the usual tools of training save them. Nothing leaves this machine.
//!
//! `network` knows the shapes of the models, `reader` asks one; neither downloads anything.

mod network;
mod reader;
#[cfg(test)]
mod tests;

pub use reader::{Transformer, TransformerError};
