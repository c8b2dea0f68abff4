//! Asking a model of this machine.

use super::network::Network;
use crate::domain::Intent;
use crate::opinion::{Answering, OpinionError, Question, SecondOpinion};
use crate::reading::Opinion;
use candle_core::{DType, Device};
use candle_nn::VarBuilder;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokenizers::{Tokenizer, TruncationParams};
use tokio::sync::Semaphore;

/// Longer texts are cut: what a person wants is said before.
const LONGEST: usize = 256;
/// Positions that some models keep for themselves.
const RESERVED: usize = 2;

/// Why a model does not load.
#[derive(Debug, thiserror::Error)]
pub enum TransformerError {
    /// A file cannot be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// `config.json` does not describe a model of this family.
    #[error("config.json: {0}")]
    Config(String),
    /// A kind of model that cannot be read.
    #[error(
        "config.json: the model_type `{0}` cannot be read: bert, distilbert, roberta, camembert or xlm-roberta can"
    )]
    Kind(String),
    /// A label that is no intent.
    #[error("config.json: id2label names `{0}`, which is no intent")]
    Label(String),
    /// The tokenizer cannot be used.
    #[error("tokenizer.json: {0}")]
    Tokenizer(String),
    /// The weights are not those of this description.
    #[error("model.safetensors: {0}")]
    Weights(String),
}

/// A model of this machine.
pub struct Transformer {
    name: String,
    model: Arc<Model>,
    /// One text at a time: the model takes all cores by itself.
    turn: Arc<Semaphore>,
}

struct Model {
    tokenizer: Tokenizer,
    network: Network,
    labels: Vec<Intent>,
}

impl Transformer {
    /// Loads the model of a folder, and asks it once, so that what does not fit is known before a reply comes.
    ///
    /// # Errors
    /// When a file is missing, cannot be read, or does not fit the others.
    pub fn open(folder: &Path) -> Result<Self, TransformerError> {
        let read = |file: &str| {
            let path = folder.join(file);
            std::fs::read(&path).map_err(|source| TransformerError::Unreadable { path, source })
        };
        let config: Value = serde_json::from_slice(&read("config.json")?)
            .map_err(|error| TransformerError::Config(error.to_string()))?;
        let labels = labels(&config)?;
        let tokenizer = tokenizer(&read("tokenizer.json")?, &config)?;
        let weights = VarBuilder::from_buffered_safetensors(read("model.safetensors")?, DType::F32, &Device::Cpu)
            .map_err(|error| TransformerError::Weights(error.to_string()))?;
        let network = Network::load(&config, weights, labels.len())?;
        let model = Model { tokenizer, network, labels };
        let fits = |error: OpinionError| TransformerError::Weights(error.to_string());
        model.read("", "?").map_err(fits)?;
        let name = folder.file_name().map_or_else(|| "transformer".into(), |name| name.to_string_lossy().into_owned());
        Ok(Self { name, model: Arc::new(model), turn: Arc::new(Semaphore::new(1)) })
    }
}

impl SecondOpinion for Transformer {
    fn name(&self) -> &str {
        &self.name
    }

    fn ask<'a>(&'a self, question: &'a Question) -> Answering<'a> {
        Box::pin(async move {
            let failed = OpinionError::Failed;
            let turn = Arc::clone(&self.turn).acquire_owned().await.map_err(|_| failed("it is closed"))?;
            let (model, name, text) = (Arc::clone(&self.model), self.name.clone(), question.text().to_owned());
            let read = tokio::task::spawn_blocking(move || {
                // Kept until the model is done, though nobody may be waiting any more.
                let _turn = turn;
                model.read(&name, &text)
            });
            read.await.map_err(|_| failed("it panicked"))?
        })
    }
}

impl Model {
    fn read(&self, name: &str, text: &str) -> Result<Opinion, OpinionError> {
        let failed = OpinionError::Failed;
        let encoded = self.tokenizer.encode(text, true).map_err(|_| failed("the text cannot be cut into tokens"))?;
        let scores = self.network.scores(encoded.get_ids()).map_err(|_| failed("the network does not fit the text"))?;
        let highest = scores.iter().copied().fold(f32::MIN, f32::max);
        let share = |intent: Intent| {
            let at = self.labels.iter().zip(&scores).filter(|(label, _)| **label == intent);
            at.map(|(_, score)| (score - highest).exp()).sum()
        };
        Opinion::new(name, share).ok_or(failed("its scores are no numbers"))
    }
}

/// The intent of each label, in the order of the scores.
fn labels(config: &Value) -> Result<Vec<Intent>, TransformerError> {
    let named = config["id2label"].as_object().filter(|labels| labels.len() > 1);
    let named =
        named.ok_or_else(|| TransformerError::Config("id2label is missing: it names the intents".to_owned()))?;
    let label = |id: usize| {
        let label = named.get(&id.to_string()).and_then(Value::as_str);
        let label = label.ok_or_else(|| TransformerError::Config(format!("id2label has no label {id}")))?;
        Intent::from_label(label).ok_or_else(|| TransformerError::Label(label.to_owned()))
    };
    (0..named.len()).map(label).collect()
}

fn tokenizer(file: &[u8], config: &Value) -> Result<Tokenizer, TransformerError> {
    let wrong = |error: tokenizers::Error| TransformerError::Tokenizer(error.to_string());
    let mut tokenizer = Tokenizer::from_bytes(file).map_err(wrong)?;
    let positions = config["max_position_embeddings"].as_u64().and_then(|most| usize::try_from(most).ok());
    let longest = positions.map_or(LONGEST, |most| most.saturating_sub(RESERVED).clamp(RESERVED + 1, LONGEST));
    let cut = TruncationParams { max_length: longest, ..TruncationParams::default() };
    tokenizer.with_truncation(Some(cut)).map_err(wrong)?;
    tokenizer.with_padding(None);
    Ok(tokenizer)
}
