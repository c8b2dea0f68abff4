//! The shapes of the BERT family that can be read: BERT, DistilBERT, and RoBERTa with its kin (CamemBERT, XLM-R).

use super::TransformerError;
use candle_core::{D, Device, Result, Tensor};
use candle_nn::{Linear, Module, VarBuilder, linear};
use candle_transformers::models::bert::BertModel;
use candle_transformers::models::distilbert::DistilBertModel;
use candle_transformers::models::xlm_roberta::XLMRobertaForSequenceClassification;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// A network that gives each of its labels a score.
pub(super) enum Network {
    Bert { body: BertModel, pooler: Linear, classifier: Linear },
    DistilBert { body: DistilBertModel, before: Linear, classifier: Linear },
    Roberta(XLMRobertaForSequenceClassification),
}

impl Network {
    /// The network that `config.json` describes, with its weights and so many labels.
    pub(super) fn load(
        config: &Value,
        weights: VarBuilder<'_>,
        labels: usize,
    ) -> std::result::Result<Self, TransformerError> {
        let kind = config["model_type"].as_str().unwrap_or_default();
        let misfit = |error: candle_core::Error| TransformerError::Weights(error.to_string());
        match kind {
            "bert" => {
                let config: candle_transformers::models::bert::Config = described(config)?;
                let load = || {
                    Ok(Self::Bert {
                        pooler: linear(config.hidden_size, config.hidden_size, weights.pp("bert.pooler.dense"))?,
                        classifier: linear(config.hidden_size, labels, weights.pp("classifier"))?,
                        body: BertModel::load(weights.pp("bert"), &config)?,
                    })
                };
                load().map_err(misfit)
            }
            "distilbert" => {
                let config: candle_transformers::models::distilbert::Config = described(config)?;
                let load = || {
                    Ok(Self::DistilBert {
                        before: linear(config.dim, config.dim, weights.pp("pre_classifier"))?,
                        classifier: linear(config.dim, labels, weights.pp("classifier"))?,
                        body: DistilBertModel::load(weights.pp("distilbert"), &config)?,
                    })
                };
                load().map_err(misfit)
            }
            "roberta" | "camembert" | "xlm-roberta" => {
                let config = described(config)?;
                XLMRobertaForSequenceClassification::new(labels, &config, weights).map(Self::Roberta).map_err(misfit)
            }
            other => Err(TransformerError::Kind(other.to_owned())),
        }
    }

    /// The score of each label for one text.
    pub(super) fn scores(&self, ids: &[u32]) -> Result<Vec<f32>> {
        let device = Device::Cpu;
        let ids = Tensor::new(ids, &device)?.unsqueeze(0)?;
        let scores = match self {
            Self::Bert { body, pooler, classifier } => {
                let states = body.forward(&ids, &ids.zeros_like()?, None)?;
                classifier.forward(&pooler.forward(&first(&states)?)?.tanh()?)?
            }
            Self::DistilBert { body, before, classifier } => {
                // Here a one would hide a word.
                let states = body.forward(&ids, &ids.zeros_like()?.to_dtype(candle_core::DType::U8)?)?;
                classifier.forward(&before.forward(&first(&states)?)?.relu()?)?
            }
            Self::Roberta(network) => network.forward(&ids, &ids.ones_like()?, &ids.zeros_like()?)?,
        };
        scores.flatten_to(D::Minus1)?.to_vec1()
    }
}

/// What the network makes of the whole text stands in the place of its first token.
fn first(states: &Tensor) -> Result<Tensor> {
    states.get_on_dim(1, 0)?.contiguous()
}

/// The description, with what newer tools leave out of it.
fn described<T: DeserializeOwned>(config: &Value) -> std::result::Result<T, TransformerError> {
    let mut config = config.clone();
    let left_out = json!({
        "position_embedding_type": "absolute", "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1,
        "initializer_range": 0.02, "pad_token_id": 0, "type_vocab_size": 2,
    });
    if let (Some(config), Value::Object(left_out)) = (config.as_object_mut(), left_out) {
        for (key, value) in left_out {
            config.entry(key).or_insert(value);
        }
    }
    serde_json::from_value(config).map_err(|error| TransformerError::Config(error.to_string()))
}
