//! The reader: finds everything in a message, then lets the rules conclude.

use super::bare;
use super::conclude::{self, Findings};
use super::corpus;
use super::error::ReadingError;
use super::features::Features;
use super::foreign::ForeignLanguages;
use super::keywords;
use super::language::{Pack, Packs};
use super::message::Runs;
use super::model::{Lesson, Model, Spelling};
use super::moments::Origin;
use super::money::{Left, left_by, masked};
use super::opinion::Opinion;
use super::seen::Seen;
use crate::domain::{Asked, Case, Keyword, Language, Reading};
use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use std::path::Path;

static MODEL: &[u8] = include_bytes!("../../intents/model.bin");

/// What is known of a message besides its words.
#[derive(Debug, Clone)]
pub struct Context {
    /// What we asked just before.
    pub asked: Option<Asked>,
    /// When it came in, in the debtor's local time.
    pub received_at: DateTime<FixedOffset>,
    /// The language of the person, when it is known.
    pub language: Option<Language>,
    /// Whether 5/4 is the 4th of May: so for US numbers.
    pub us_dates: bool,
}

impl Context {
    /// What is known of a message when only its hour tells where the person is: English sent between Hawaii and the
    /// Atlantic coast comes from a number in the United States.
    #[must_use]
    pub fn new(asked: Option<Asked>, received_at: DateTime<FixedOffset>, language: Option<Language>) -> Self {
        let hours_west = -received_at.offset().local_minus_utc() / 3_600;
        let us_dates = language == Some(Language::EN) && (4..=10).contains(&hours_west);
        Self { asked, received_at, language, us_dates }
    }

    /// What is known of a reply on `case` that comes in at `now`.
    #[must_use]
    pub fn of(case: &Case, now: DateTime<Utc>) -> Self {
        Self {
            asked: case.conversation.asked,
            received_at: now.with_timezone(&case.debtor.zone).fixed_offset(),
            language: Some(case.debtor.language),
            us_dates: case.phone.number.as_str().starts_with("+1"),
        }
    }
}

/// Reads messages. Immutable; share it freely.
pub struct Reader {
    packs: Packs,
    foreign: ForeignLanguages,
    model: Model,
    /// What the model says of the letters of the words of each language, in the order of the packs.
    spellings: Vec<Spelling>,
}

impl Reader {
    /// The reader that the program carries: model, words and patterns built in.
    ///
    /// # Errors
    /// When the data of a language is badly written, or the model is of another version.
    pub fn embedded() -> Result<Self, ReadingError> {
        Self::with(Packs::embedded()?, Model::from_bytes(MODEL)?)
    }

    /// The reader with the model of a file, which `relance train` wrote there.
    ///
    /// # Errors
    /// When the file cannot be read, or was not written by this version of the program.
    pub fn open(model: &Path) -> Result<Self, ReadingError> {
        let unreadable = |source| ReadingError::NoModel { path: model.to_owned(), source };
        // It lives as long as the program, as the embedded one does.
        let bytes = std::fs::read(model).map_err(unreadable)?.leak();
        let stale = || ReadingError::Stale { path: model.to_owned() };
        let learnt = Model::from_bytes(bytes).map_err(|_| stale())?;
        if learnt.lesson().words != Lesson::of(std::iter::empty()).words {
            return Err(stale());
        }
        Self::with(Packs::embedded()?, learnt)
    }

    pub(super) fn with(packs: Packs, model: Model) -> Result<Self, ReadingError> {
        let (spellings, foreign) = std::thread::scope(|scope| {
            let model = &model;
            let spellings: Vec<_> = packs.all().iter().map(|pack| scope.spawn(|| pack.spelling(model))).collect();
            let foreign = ForeignLanguages::embedded(&packs);
            let spellings = spellings.into_iter().map(|spelling| spelling.join().map_err(|_| ReadingError::Model));
            (spellings.collect::<Result<_, _>>(), foreign)
        });
        Ok(Self { foreign: foreign?, packs, model, spellings: spellings? })
    }

    /// What one message means. Never fails: what cannot be told is `unclear`.
    #[must_use]
    pub fn read(&self, text: &str, context: &Context) -> Reading {
        self.read_with(text, context, None)
    }

    /// The same, with what another reader made of it where words alone do not settle it. An opinion may settle a doubt;
    /// it never takes away what protects the person.
    #[must_use]
    pub fn read_with(&self, text: &str, context: &Context, opinion: Option<&Opinion>) -> Reading {
        let masked = masked(text);
        let text = masked.as_deref().unwrap_or(text);
        match left_by(text) {
            Left::Whole => self.read_masked(text, context, opinion),
            Left::Words => Reading { secrets: true, ..self.read_masked(text, context, opinion) },
            Left::Nothing => conclude::only_secrets(text),
        }
    }

    fn read_masked(&self, text: &str, context: &Context, opinion: Option<&Opinion>) -> Reading {
        let runs = Runs::new(text);
        let pack = self.packs.of(&runs, context.language);
        let typed = runs.typed();
        if let Some(keyword) = self.keyword(&typed, pack) {
            return conclude::keyword(keyword, text);
        }
        let begins_with_stop = keywords::begins_with_stop(&typed);
        if !begins_with_stop && let Some(reading) = self.foreign.read(&self.packs, &runs, &typed, text) {
            return reading;
        }
        let asked = context.asked.filter(|a| *a != Asked::Menu);
        if context.asked == Some(Asked::Menu)
            && let Some(intent) = pack.keywords.menu(&typed)
        {
            return conclude::menu(intent, text);
        }
        let asked = asked.or_else(|| context.asked.map(|_| Asked::PayOrExplain));
        let context = Context { asked, ..context.clone() };
        let seen = Seen::new(pack, &runs, &context);
        let features = seen.features(pack, &context, true);
        let known = self.model.known(&features, self.spellings.get(pack.place));
        let found = Findings {
            seen: &seen,
            asked,
            scores: self.model.scores(&features, &known, asked),
            model: &self.model,
            known: &known,
            short_answer: pack.keywords.answer(&seen.message),
            plain: pack.keywords.plain(&seen.message),
            bare: bare::intent(&seen.message, &seen.moments, asked),
            begins_with_stop,
        };
        let ours = conclude::conclude(&found);
        opinion.and_then(|opinion| opinion.settles(&found, &ours)).unwrap_or(ours)
    }

    /// The days that a message names, whatever for, in the order they are said.
    #[must_use]
    pub fn days(&self, text: &str, context: &Context) -> Vec<NaiveDate> {
        let runs = Runs::new(text);
        let pack = self.packs.of(&runs, context.language);
        let origin = Origin { day: context.received_at.date_naive(), us_dates: context.us_dates, asked: context.asked };
        pack.moments.find(&pack.message(&runs), &origin).iter().filter_map(|moment| moment.day).collect()
    }

    /// STOP must work in every language whatever the person's.
    fn keyword(&self, typed: &str, pack: &Pack) -> Option<Keyword> {
        let own = pack.keywords.keyword(typed);
        own.or_else(|| self.packs.all().iter().find_map(|p| p.keywords.keyword(typed)))
    }

    /// True when the model was trained on the labelled replies under `corpus_dir` as they are now.
    ///
    /// # Errors
    /// When the replies cannot be read.
    pub fn is_trained_on(&self, corpus_dir: &Path) -> Result<bool, ReadingError> {
        Ok(Lesson::of(corpus::load(corpus_dir)?.iter()) == self.model.lesson())
    }
}

/// What the model sees of a message.
pub(super) fn features(packs: &Packs, message: &str, context: &Context) -> Features {
    let runs = Runs::new(message);
    let pack = packs.of(&runs, context.language);
    Seen::new(pack, &runs, context).features(pack, context, false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Acknowledges, Intent};
    use crate::reading::phrase::STEPS;

    fn context(asked: Option<Asked>) -> Context {
        let received_at = DateTime::parse_from_rfc3339("2026-03-12T09:14:00+01:00").expect("a time");
        Context { asked, received_at, language: Some(Language::FR), us_dates: false }
    }

    fn reader() -> Reader {
        Reader::embedded().expect("the embedded reader")
    }

    #[test]
    fn the_model_was_trained_on_the_labelled_replies_of_this_folder() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("intents");
        let same = reader().is_trained_on(&folder).expect("the labelled replies");
        assert!(
            same,
            "the labelled replies or the words of a language changed since the model was trained: run relance train"
        );
    }

    #[test]
    fn keywords_the_menu_and_bare_answers_are_certain() {
        let reader = reader();
        for (text, asked, intent, keyword) in [
            ("STOP", None, Intent::OptOut, Some(Keyword::Stop)),
            ("Stop, j'ai déjà payé", None, Intent::OptOut, Some(Keyword::Stop)),
            ("Stop, no quiero nada de ustedes", None, Intent::OptOut, Some(Keyword::Stop)),
            ("ALTO", Some(Asked::Menu), Intent::OptOut, Some(Keyword::Stop)),
            ("unsubscribe", None, Intent::OptOut, Some(Keyword::Stop)),
            ("start", None, Intent::Unclear, Some(Keyword::Start)),
            ("AIDE", None, Intent::InfoRequest, Some(Keyword::Help)),
            ("1", Some(Asked::Menu), Intent::PaymentHelp, None),
            ("le 3", Some(Asked::Menu), Intent::Dispute, None),
            ("option 4", Some(Asked::Menu), Intent::HumanRequest, None),
            ("oui", Some(Asked::ConfirmPlan), Intent::Affirmation, None),
            ("Non", Some(Asked::ConfirmDate), Intent::Negation, None),
            ("5", Some(Asked::PaymentDate), Intent::Promise, None),
            ("3", Some(Asked::PlanTerms), Intent::PlanRequest, None),
        ] {
            let reading = reader.read(text, &context(asked));
            assert_eq!((reading.intent, reading.keyword), (intent, keyword), "{text}");
            assert!(reading.confidence > 0.95, "{text}");
        }
    }

    #[test]
    fn a_bare_number_takes_its_meaning_from_the_question() {
        let reader = reader();
        let day = reader.read("5", &context(Some(Asked::PaymentDate)));
        assert_eq!(day.date.map(|d| d.to_string()).as_deref(), Some("2026-04-05"));
        let amount = reader.read("50", &context(Some(Asked::PaymentDate)));
        assert_eq!((amount.date, amount.amount_minor), (None, Some(5_000)));
        let count = reader.read("3", &context(Some(Asked::PlanTerms)));
        assert_eq!((count.plan.instalments, count.amount_minor), (Some(3), None));
        let each = reader.read("25", &context(Some(Asked::PlanTerms)));
        assert_eq!((each.plan.instalments, each.plan.instalment_minor), (None, Some(2_500)));
    }

    #[test]
    fn every_conclusion_carries_the_words_of_the_person() {
        let text = "Je peu payé 50e par moi a partir du 5";
        let reading = reader().read(text, &context(Some(Asked::PayOrExplain)));
        assert_eq!((reading.intent, reading.acknowledges), (Intent::PlanRequest, Acknowledges::Implied));
        assert_eq!(reading.date.map(|d| d.to_string()).as_deref(), Some("2026-04-05"));
        assert_eq!((reading.amount_minor, reading.plan.instalment_minor), (Some(5_000), Some(5_000)));
        for concluded in [
            "intent=plan_request",
            "acknowledges=implied",
            "date=2026-04-05",
            "amount_minor=5000",
            "instalment_minor=5000",
            "period=monthly",
        ] {
            assert!(reading.why.iter().any(|why| why.concluded == concluded), "{concluded}");
        }
        assert!(reading.why.iter().all(|why| text.contains(&why.words)), "{:?}", reading.why);
    }

    #[test]
    fn what_is_said_plainly_is_read_so_and_surely() {
        let reader = reader();
        for (text, language, intent) in [
            ("je conteste", Language::FR, Intent::Dispute),
            ("je conteste, je n'ai jamais reçu cette commande", Language::FR, Intent::Dispute),
            ("Je conteste, je n'ai rien commandé chez vous", Language::FR, Intent::Dispute),
            ("J'ai déjà payé par virement le 3 mars", Language::FR, Intent::AlreadyPaid),
            ("non je conteste cette facture, elle n'est pas à moi", Language::FR, Intent::Dispute),
            ("mauvais numéro", Language::FR, Intent::WrongNumber),
            ("CONSEILLER", Language::FR, Intent::HumanRequest),
            ("I dispute this, never received it", Language::EN, Intent::Dispute),
            ("ADVISER", Language::EN, Intent::HumanRequest),
            ("I already paid", Language::EN, Intent::AlreadyPaid),
            ("wrong number", Language::EN, Intent::WrongNumber),
        ] {
            let reading =
                reader.read(text, &Context { language: Some(language), ..context(Some(Asked::PayOrExplain)) });
            assert_eq!(reading.intent, intent, "{text}");
            assert!(reading.confidence >= 0.8, "{text}: {}", reading.confidence);
        }
        for text in ["en plusieurs fois", "j'ai déjà payé", "mauvais numéro", "je refuse de payer"] {
            let reading = reader.read(text, &context(Some(Asked::PayOrExplain)));
            assert_eq!((reading.also.as_slice(), reading.risk), (&[][..], 0.0), "{text} says one thing");
        }
        let accepted = reader.read("je ne conteste pas, je paie vendredi", &context(None));
        assert!(!accepted.says(Intent::Dispute), "a denied word is not its own contrary");
    }

    #[test]
    fn the_reasons_of_an_intent_are_a_few_whole_words() {
        let text =
            "Bonjour, jvous rappelle que cette machine n'a jamais fonctionné et que je ne paierai donc rien du tout";
        let reading = reader().read(text, &context(None));
        let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
        let grounds: Vec<_> = reading.why.iter().filter(|why| why.concluded.starts_with("intent=")).collect();
        assert!((1..=4).contains(&grounds.len()), "{grounds:?}");
        for word in grounds.iter().flat_map(|why| why.words.split(|c: char| !c.is_alphanumeric())) {
            assert!(words.contains(&word), "{word}");
        }
    }

    #[test]
    fn what_is_spelt_by_heart_says_the_same_as_letter_by_letter() {
        let (reader, context) = (reader(), context(None));
        for text in ["jpeu pa vs payé avan vendredi 23", "Bonjour, je conteste cette facture du garage Bwindi"] {
            let runs = Runs::new(text);
            let pack = reader.packs.of(&runs, context.language);
            let seen = Seen::new(pack, &runs, &context);
            let [letters, heart] = [false, true].map(|by_heart| {
                let features = seen.features(pack, &context, by_heart);
                let known = reader.model.known(&features, reader.spellings.get(pack.place));
                (features.count, reader.model.sight(&features, &known, None), features.by_heart.len())
            });
            assert!(letters.2 == 0 && heart.2 > 5, "{heart:?}");
            assert_eq!(letters.0, heart.0, "{text}");
            assert!(letters.1.iter().zip(heart.1).all(|(a, b)| (a - b).abs() < 1e-4), "{text}");
        }
    }

    #[test]
    fn the_work_grows_no_faster_than_the_message() {
        let (reader, context) = (reader(), context(Some(Asked::PaymentDate)));
        let units = [
            "5 ",
            "50€ ",
            "5/4 ",
            "le 5 ",
            "un bout ",
            "la moitié ",
            "je ne paie pas ",
            "3 fois ",
            "a",
            "j'",
            "pas si ",
        ];
        for unit in units {
            let work = |length: usize| {
                STEPS.set(0);
                let text: String = unit.chars().cycle().take(length).collect();
                let runs = Runs::new(&text);
                let pack = reader.packs.of(&runs, context.language);
                let features = Seen::new(pack, &runs, &context).features(pack, &context, true);
                STEPS.get() + features.list.len() as u64
            };
            let (short, long) = (work(400), work(1_600));
            assert!(long <= 5 * short + 100, "{unit}: {short} of 400 characters, {long} of 1,600");
            assert!(long < 250_000, "{unit}: {long}");
        }
    }

    #[test]
    fn nothing_that_can_be_sent_makes_it_fail() {
        let reader = reader();
        let hundreds = "cent mille ".repeat(40);
        let long = "je paie demain 50€ 🙏 ".repeat(400);
        let hostile = [
            "",
            " ",
            "\0",
            "\u{202e}\u{200f}",
            "🙏🏽👍🏽👨‍👩‍👧",
            "e\u{301}\u{301}\u{301}",
            "9999999999999999999999999999",
            "0",
            "-1",
            "1/0",
            "99/99/9999",
            "le 99",
            "dans 999 mois",
            "semaine 99",
            "1e999",
            "'''''",
            "…",
            "½ ﬁ ﷺ İ",
            "١٢٣",
            "stop\0",
            &long,
            &hundreds,
            "100000000000000000 k",
        ];
        for text in hostile {
            for asked in Asked::ALL.into_iter().map(Some).chain([None]) {
                let reading = reader.read(text, &context(asked));
                assert!((0.0..=1.0).contains(&reading.confidence));
                assert!(reading.also.iter().all(|i| i.can_be_secondary() && *i != reading.intent));
            }
        }
    }
}
