//! Tiny models whose answers are known: the first token hears every word alike, each word has a place of its own, and the
//! place of the loudest word is its label.

use super::*;
use crate::domain::{Intent, Language};
use crate::opinion::{Known, OpinionError, Question, SecondOpinion as _};
use candle_core::{Device, Tensor};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::Path;

const WIDTH: usize = 8;
const POSITIONS: usize = 20;
const WORDS: [&str; 10] =
    ["<pad>", "<unk>", "<cls>", "<sep>", "paie", "vendredi", "conteste", "facture", "aide", "merci"];
/// The place of each word that says something: "facture" and "merci" say nothing.
const PLACES: [(&str, usize); 4] = [("paie", 0), ("vendredi", 0), ("conteste", 1), ("aide", 2)];
const LABELS: [&str; 3] = ["promise", "dispute", "payment_help"];

fn tensor(rows: usize, columns: usize, value: impl Fn(usize, usize) -> f32) -> Tensor {
    let values: Vec<f32> =
        (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column))).map(|(r, c)| value(r, c)).collect();
    Tensor::from_vec(values, (rows, columns), &Device::Cpu).expect("a tensor")
}

fn vector(length: usize, value: f32) -> Tensor {
    Tensor::from_vec(vec![value; length], length, &Device::Cpu).expect("a tensor")
}

struct Names {
    body: &'static str,
    layer: &'static str,
    /// Query, key, value, output.
    attention: [&'static str; 4],
    norms: [&'static str; 2],
    feed: [&'static str; 2],
    head: [&'static str; 2],
    types: bool,
}

const BERT: Names = Names {
    body: "bert",
    layer: "encoder.layer.0",
    attention: ["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"],
    norms: ["attention.output.LayerNorm", "output.LayerNorm"],
    feed: ["intermediate.dense", "output.dense"],
    head: ["bert.pooler.dense", "classifier"],
    types: true,
};
const ROBERTA: Names = Names { body: "roberta", head: ["classifier.dense", "classifier.out_proj"], ..BERT };
const DISTILBERT: Names = Names {
    body: "distilbert",
    layer: "transformer.layer.0",
    attention: ["attention.q_lin", "attention.k_lin", "attention.v_lin", "attention.out_lin"],
    norms: ["sa_layer_norm", "output_layer_norm"],
    feed: ["ffn.lin1", "ffn.lin2"],
    head: ["pre_classifier", "classifier"],
    types: false,
};

fn weights(names: &Names) -> HashMap<String, Tensor> {
    let mut weights = HashMap::new();
    let mut dense = |name: String, weight: Tensor| {
        weights.insert(format!("{name}.bias"), vector(weight.dims()[0], 0.0));
        weights.insert(format!("{name}.weight"), weight);
    };
    let nothing = || tensor(WIDTH, WIDTH, |_, _| 0.0);
    let same = || tensor(WIDTH, WIDTH, |row, column| if row == column { 1.0 } else { 0.0 });
    let layer = |name: &str| format!("{}.{}.{name}", names.body, names.layer);
    for (name, weight) in names.attention.into_iter().zip([nothing(), nothing(), same(), same()]) {
        dense(layer(name), weight);
    }
    for name in names.feed {
        dense(layer(name), nothing());
    }
    dense(names.head[0].to_owned(), same());
    dense(names.head[1].to_owned(), tensor(LABELS.len(), WIDTH, |row, column| if row == column { 4.0 } else { 0.0 }));
    let embeddings = |name: &str| format!("{}.embeddings.{name}", names.body);
    for name in names.norms.map(layer).into_iter().chain([embeddings("LayerNorm")]) {
        weights.insert(format!("{name}.weight"), vector(WIDTH, 1.0));
        weights.insert(format!("{name}.bias"), vector(WIDTH, 0.0));
    }
    let is_place = |word: usize, place: usize| PLACES.contains(&(WORDS[word], place));
    let word = tensor(WORDS.len(), WIDTH, |row, column| if is_place(row, column) { 1.0 } else { 0.0 });
    weights.insert(embeddings("word_embeddings.weight"), word);
    weights.insert(embeddings("position_embeddings.weight"), tensor(POSITIONS, WIDTH, |_, _| 0.0));
    if names.types {
        weights.insert(embeddings("token_type_embeddings.weight"), tensor(2, WIDTH, |_, _| 0.0));
    }
    weights
}

fn config(kind: &str) -> Value {
    let labels: HashMap<String, &str> = (0_usize..).map(|id| id.to_string()).zip(LABELS).collect();
    json!({
        "model_type": kind, "id2label": labels, "vocab_size": WORDS.len(), "max_position_embeddings": POSITIONS, "pad_token_id": 0,
        "hidden_size": WIDTH, "num_hidden_layers": 1, "num_attention_heads": 1, "intermediate_size": WIDTH, "hidden_act": "gelu",
        "layer_norm_eps": 1e-5, "type_vocab_size": 2,
        "dim": WIDTH, "n_layers": 1, "n_heads": 1, "hidden_dim": WIDTH, "activation": "gelu",
    })
}

fn tokenizer() -> Value {
    let words: HashMap<&str, usize> = WORDS.into_iter().zip(0..).collect();
    json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": [], "decoder": null,
        "normalizer": {"type": "Lowercase"}, "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": {"type": "BertProcessing", "sep": ["<sep>", 3], "cls": ["<cls>", 2]},
        "model": {"type": "WordLevel", "vocab": words, "unk_token": "<unk>"},
    })
}

fn write(folder: &Path, config: &Value, names: &Names) {
    std::fs::write(folder.join("config.json"), config.to_string()).expect("a file");
    std::fs::write(folder.join("tokenizer.json"), tokenizer().to_string()).expect("a file");
    candle_core::safetensors::save(&weights(names), folder.join("model.safetensors")).expect("a file");
}

fn question(text: &str) -> Question {
    Question::about(text, &Known::default(), Language::FR, None).expect("a question")
}

#[tokio::test]
async fn the_transformers_of_the_family_are_read_from_their_folder() {
    for (kind, names) in [
        ("bert", &BERT),
        ("distilbert", &DISTILBERT),
        ("roberta", &ROBERTA),
        ("camembert", &ROBERTA),
        ("xlm-roberta", &ROBERTA),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path(), &config(kind), names);
        let reader = Transformer::open(folder.path()).unwrap_or_else(|error| panic!("{kind}: {error}"));
        for (text, intent) in [
            ("je paie vendredi", Intent::Promise),
            ("je CONTESTE la facture", Intent::Dispute),
            ("conteste conteste paie", Intent::Dispute),
            ("aide merci", Intent::PaymentHelp),
        ] {
            let opinion = reader.ask(&question(text)).await.expect("an opinion");
            assert!(opinion.of(intent) > 0.6, "{kind}, {text}: {opinion:?}");
            assert!(opinion.of(Intent::Hostile) > 0.001, "a label that the model lacks is not ruled out");
            assert_eq!(opinion.by(), folder.path().file_name().expect("a name").to_string_lossy());
        }
        let doubt = reader.ask(&question("la facture")).await.expect("an opinion");
        assert!(doubt.of(Intent::Promise) < 0.4, "{kind}: {doubt:?}");
        let long = reader.ask(&question(&"paie ".repeat(150))).await;
        assert!(long.is_ok(), "{kind}: a long text is cut: {long:?}");
    }
}

#[test]
fn what_is_wrong_with_the_folder_of_a_transformer_is_named() {
    let changed = |key: &str, value: Value| {
        let mut config = config("bert");
        config[key] = value;
        config
    };
    for (config, wanted) in [
        (changed("model_type", json!("gpt2")), "the model_type `gpt2` cannot be read"),
        (changed("id2label", json!({"0": "promise", "1": "LABEL_1"})), "id2label names `LABEL_1`, which is no intent"),
        (changed("id2label", json!({"0": "promise", "2": "dispute"})), "id2label has no label 1"),
        (changed("id2label", json!(null)), "id2label is missing"),
        (changed("hidden_size", json!("wide")), "config.json: "),
        (changed("hidden_size", json!(16)), "model.safetensors: "),
        (changed("id2label", json!({"0": "promise", "1": "dispute"})), "model.safetensors: "),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path(), &config, &BERT);
        let error = Transformer::open(folder.path()).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(error.contains(wanted), "{error}, for {wanted}");
    }
    let folder = tempfile::tempdir().expect("a folder");
    assert!(matches!(Transformer::open(folder.path()), Err(TransformerError::Unreadable { .. })));
    write(folder.path(), &config("bert"), &BERT);
    std::fs::write(folder.path().join("tokenizer.json"), "{}").expect("a file");
    assert!(matches!(Transformer::open(folder.path()), Err(TransformerError::Tokenizer(_))));
}

#[tokio::test]
async fn a_network_that_fails_gives_no_opinion() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), &config("bert"), &BERT);
    let mut broken = weights(&BERT);
    broken.insert("classifier.bias".to_owned(), vector(LABELS.len(), f32::NAN));
    candle_core::safetensors::save(&broken, folder.path().join("model.safetensors")).expect("a file");
    let error = Transformer::open(folder.path()).err().map(|error| error.to_string()).unwrap_or_default();
    assert!(error.contains(&OpinionError::Failed("its scores are no numbers").to_string()), "{error}");
}
