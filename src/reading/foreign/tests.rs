//! What is told to be in another language, what is heard in it, and what stays French or English.

use super::ForeignLanguages;
use super::tongue::Tongue;
use crate::domain::{Intent, Keyword, Language, Reading};
use crate::reading::language::Packs;
use crate::reading::message::Runs;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

struct Ear {
    home: Packs,
    foreign: ForeignLanguages,
}

impl Ear {
    fn new() -> Self {
        let home = Packs::embedded().expect("the data of the languages");
        let foreign = ForeignLanguages::embedded(&home).expect("the data of the other languages");
        Self { home, foreign }
    }

    fn hears(&self, text: &str) -> Option<Reading> {
        let runs = Runs::new(text);
        self.foreign.read(&self.home, &runs, &runs.typed(), text)
    }
}

fn folder(under: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(under)
}

/// The text of each line, with what `key` says.
fn lines(folder: &Path, key: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|e| e == "jsonl") {
            for line in std::fs::read_to_string(&path).expect("a text").lines().filter(|line| !line.trim().is_empty()) {
                let line: serde_json::Value = serde_json::from_str(line).expect("a JSON line");
                let say = |key: &str| line[key].as_str().unwrap_or_default().to_owned();
                all.push((say("text"), say(key)));
            }
        }
    }
    all
}

/// The code of the language and the intent heard.
fn heard(ear: &Ear, text: &str) -> Option<(String, Intent)> {
    ear.hears(text).map(|reading| (reading.language.expect("a language").to_string(), reading.intent))
}

#[test]
fn three_things_are_heard_in_each_language_and_look_alikes_are_not() {
    use Intent::{HumanRequest, OptOut, Unclear, WrongNumber};
    let ear = Ear::new();
    for (language, said, intent) in [
        ("es", "no me escriban mas", OptOut),
        ("es", "Déjenme en paz de una vez", OptOut),
        ("es", "BAJA", OptOut),
        ("es", "se ha equivocado de número", WrongNumber),
        ("es", "aqui no vive ninguna Jeanne", WrongNumber),
        ("es", "llamenme", HumanRequest),
        ("es", "puede llamarme mañana", HumanRequest),
        ("es", "no dejen de escribirme", Unclear),
        ("es", "ya me han llamado", Unclear),
        ("es", "no me llame", Unclear),
        ("es", "no conozco esa empresa, no he comprado nada", Unclear),
        ("es", "le pago el viernes sin falta", Unclear),
        ("it", "smettetela di scrivermi", OptOut),
        ("it", "non voglio più ricevere messaggi", OptOut),
        ("it", "BASTA", OptOut),
        ("it", "non sono io", WrongNumber),
        ("it", "ha sbagliato numero", WrongNumber),
        ("it", "mi chiami", HumanRequest),
        ("it", "vorrei parlare con una persona", HumanRequest),
        ("it", "avete sbagliato l'importo della fattura", Unclear),
        ("it", "mi avete già chiamato ieri", Unclear),
        ("it", "non mi chiami al lavoro", Unclear),
        ("it", "pago venerdì appena posso", Unclear),
        ("it", "ho già pagato la settimana scorsa", Unclear),
        ("pt", "parem de mandar mensagens", OptOut),
        ("pt", "me deixem em paz", OptOut),
        ("pt", "SAIR", OptOut),
        ("pt", "nao sou eu", WrongNumber),
        ("pt", "engano", WrongNumber),
        ("pt", "numero errado", WrongNumber),
        ("pt", "me liga", HumanRequest),
        ("pt", "quero falar com alguém por favor", HumanRequest),
        ("pt", "não me ligue no trabalho", Unclear),
        ("pt", "vocês já me ligaram ontem", Unclear),
        ("pt", "o valor está errado, são 40 euros", Unclear),
        ("pt", "vou pagar na sexta-feira", Unclear),
        ("de", "hören sie auf", OptOut),
        ("de", "Schreiben Sie mir nicht mehr", OptOut),
        ("de", "STOPP", OptOut),
        ("de", "falsche nummer", WrongNumber),
        ("de", "ich bin nicht Frau Martin", WrongNumber),
        ("de", "rufen sie mich an", HumanRequest),
        ("de", "Bitte um Rückruf am Montag", HumanRequest),
        ("de", "rufen sie mich nicht an", Unclear),
        ("de", "ich habe schon überwiesen", Unclear),
        ("de", "ich kenne diese Firma nicht", Unclear),
        ("de", "Sie haben mich gestern schon angerufen", Unclear),
        ("de", "ich will sterben", Unclear),
        ("de", "ich zahle am Freitag", Unclear),
        ("nl", "stuur geen berichten meer", OptOut),
        ("nl", "laat me met rust", OptOut),
        ("nl", "UITSCHRIJVEN", OptOut),
        ("nl", "verkeerd nummer", WrongNumber),
        ("nl", "ik ben mevrouw Martin niet", WrongNumber),
        ("nl", "bel me", HumanRequest),
        ("nl", "kan iemand mij terugbellen", HumanRequest),
        ("nl", "bel me niet op mijn werk", Unclear),
        ("nl", "ik betaal vrijdag", Unclear),
        ("nl", "het bedrag klopt niet, het is veertig euro", Unclear),
        ("nl", "jullie hebben me gisteren al gebeld", Unclear),
        ("nl", "ik heb geen bericht van jullie gekregen", Unclear),
        ("ar", "safi 9te3", OptOut),
        ("ar", "khalas mat3awdouch", OptOut),
        ("ar", "7bess", OptOut),
        ("ar", "ghalat f nemra", WrongNumber),
        ("ar", "ma na3rafch had l mra, rak ghalet f noumrou", WrongNumber),
        ("ar", "الرقم غلط يا اخي", WrongNumber),
        ("ar", "3ayetli", HumanRequest),
        ("ar", "bghit nahder m3a chi responsable", HumanRequest),
        ("ar", "baddi e7ki ma3 7ada", HumanRequest),
        ("ar", "mat3ayetlich f lkhedma 3afak", Unclear),
        ("ar", "lmablagh ghalat, 3andi ghir 40 euro", Unclear),
        ("ar", "ma na3refch had chi", Unclear),
        ("ar", "ma3andich flous had chhar", Unclear),
        ("ar", "rani nkhales ghodwa inchallah", Unclear),
        ("ar", "سأدفع غدا ان شاء الله", Unclear),
    ] {
        assert_eq!(heard(&ear, said), Some((language.to_owned(), intent)), "{said}");
    }
}

#[test]
fn french_and_english_with_a_foreign_word_or_two_stay_what_they_are() {
    let ear = Ear::new();
    for said in [
        "wallah je paye demain inchallah",
        "safi je vous paie vendredi",
        "hola, je ne parle pas français très bien mais je paie lundi",
        "ciao, je règle ce soir",
        "basta les messages, je paie demain",
        "khoya j'ai pas touché, ma3lich je paie la semaine prochaine",
        "danke, I'll pay on Friday",
        "amigo I already paid this",
        "gracias, see you monday",
        "no me llamo, who is this",
        "Señora Garcia n'habite plus ici",
        "je suis Maria da Silva, c'est quelle facture ?",
        "no",
        "si",
        "ja",
        "nein",
        "ok",
        "sim",
        "merci",
        "4",
        "",
        "je conteste",
        "stop it",
        "was that me?",
        "die or pay lol",
        "on est le combien",
        "la la la",
    ] {
        assert_eq!(heard(&ear, said), None, "{said}");
    }
}

#[test]
fn stop_is_a_keyword_in_every_language_when_it_is_the_whole_message() {
    let ear = Ear::new();
    for (said, keyword) in [
        ("ALTO", Some(Keyword::Stop)),
        ("Parar.", Some(Keyword::Stop)),
        ("stopp!", Some(Keyword::Stop)),
        ("engano", None),
    ] {
        assert_eq!(ear.hears(said).and_then(|reading| reading.keyword), keyword, "{said}");
    }
    assert_eq!(ear.hears("basta alto"), None);
}

#[test]
fn what_is_heard_carries_the_words_of_the_person_and_records_nothing_else() {
    let ear = Ear::new();
    let text = "Le debo 50 euros y pago el 5, pero no me escriban más; mejor llámenme mañana";
    let reading = ear.hears(text).expect("Spanish");
    assert_eq!((reading.intent, reading.also.as_slice()), (Intent::OptOut, &[Intent::HumanRequest][..]));
    assert_eq!(
        Reading { why: Vec::new(), confidence: 1.0, ..reading.clone() },
        Reading { also: vec![Intent::HumanRequest], language: reading.language, ..Reading::bare(Intent::OptOut) }
    );
    let why: Vec<(&str, &str)> = reading.why.iter().map(|why| (why.concluded.as_str(), why.words.as_str())).collect();
    assert_eq!(why, [("intent=opt_out", "no me escriban"), ("also=human_request", "llámenme"), ("language=es", text)]);
    let arabic = ear.hears("khouya ghalat f nemra 3afak").expect("Arabic");
    assert_eq!(arabic.why[0].words, "ghalat f nemra", "the digits are where they were");
}

/// Replies that are in another language though they stand among ours: who writes in French may write a line in Arabic.
const NOT_OURS: &str = include_str!("../../../fixtures/other-languages/among-ours.txt");

#[test]
fn no_labelled_reply_in_french_or_english_is_told_to_be_in_another_language() {
    let ear = Ear::new();
    let folders = [
        "intents/fr",
        "intents/en",
        "intents/development/fr",
        "intents/development/en",
        "intents/unrelated/fr",
        "intents/unrelated/en",
    ];
    let replies: Vec<(String, String)> = folders.iter().flat_map(|under| lines(&folder(under), "intent")).collect();
    let told = replies.iter().map(|(text, _)| text.as_str()).filter(|text| heard(&ear, text).is_some());
    let (told, known): (BTreeSet<&str>, BTreeSet<&str>) = (told.collect(), NOT_OURS.lines().collect());
    assert_eq!(told, known);
    assert!(replies.len() > 20_000, "{}", replies.len());
}

#[test]
fn labelled_replies_in_other_languages_are_heard_well_enough() {
    let ear = Ear::new();
    let all = lines(&folder("fixtures/other-languages"), "intent");
    let told = all.iter().filter(|(text, _)| ear.hears(text).is_some()).count();
    assert!(told * 100 >= all.len() * 95, "{told} of {} told", all.len());
    for intent in [Intent::OptOut, Intent::WrongNumber, Intent::HumanRequest] {
        let (mut labelled, mut found, mut right) = (0, 0, 0);
        for (text, label) in &all {
            let is = label == intent.label();
            let hears = ear.hears(text).is_some_and(|reading| reading.says(intent));
            (labelled, found, right) =
                (labelled + usize::from(is), found + usize::from(hears), right + usize::from(is && hears));
        }
        println!("{}: recall {right}/{labelled}, precision {right}/{found}", intent.label());
        assert!(right * 100 >= labelled * 85 && right * 100 >= found * 95, "{intent:?}: {right} {labelled} {found}");
    }
}

#[test]
fn a_badly_written_file_is_refused_with_its_name_and_the_phrase() {
    let spanish = Language::parse("es").expect("a code");
    let file = |common: &str, intent: &str, phrase: &str| {
        let rest =
            ["opt_out", "wrong_number", "human_request"].map(|i| format!("[phrases.{i}]\nfind = [\"a b\"]\n")).join("");
        format!("common = \"{common}\"\nstop = []\n{rest}[whole]\n{intent} = [\"x\"]\n").replacen("a b", phrase, 1)
    };
    assert!(Tongue::parse(spanish, &file("hola", "opt_out", "no mas")).is_ok());
    for (source, why) in [
        (file("hola", "opt_out", "no (mas"), "no (mas"),
        (file("mañana", "opt_out", "no mas"), "mañana"),
        (file("hola", "promise", "no mas"), "promise"),
        ("common = \"\"\nstop = []\n[phrases]\n".to_owned(), "opt_out"),
        ("comon = 1".to_owned(), "comon"),
    ] {
        let problem = Tongue::parse(spanish, &source).map(|_| ()).expect_err(why).to_string();
        assert!(problem.contains("intents/other/es.toml") && problem.contains(why), "{problem}");
    }
}
