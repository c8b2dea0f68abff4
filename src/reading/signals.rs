//! What must reach a human when the words leave no doubt: illness, a death, a lawyer, a threat to go to law, a dispute.

use super::error::ReadingError;
use super::language;
use super::lists::{Lists, Phrases};
use super::message::{Lexer, Message, Vocabulary};
use crate::domain::Vulnerability;
use std::collections::BTreeMap;
use std::ops::Range;

/// What a phrase raises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Signal {
    Vulnerable(Vulnerability),
    Represented,
    LegalThreat,
    Disputed,
}

impl Signal {
    /// Its name in `signals.toml`.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Vulnerable(Vulnerability::Insolvency) => "insolvency",
            Self::Vulnerable(Vulnerability::Bereavement) => "bereavement",
            Self::Vulnerable(Vulnerability::Illness) => "illness",
            Self::Vulnerable(Vulnerability::SelfHarm) => "self_harm",
            Self::Vulnerable(Vulnerability::Guardianship) => "guardianship",
            Self::Vulnerable(Vulnerability::Unemployment) => "unemployment",
            Self::Vulnerable(Vulnerability::Domestic) => "domestic",
            Self::Represented => "represented",
            Self::LegalThreat => "legal_threat",
            Self::Disputed => "disputed",
        }
    }

    const ALL: [Self; 10] = [
        Self::Vulnerable(Vulnerability::Insolvency),
        Self::Vulnerable(Vulnerability::Bereavement),
        Self::Vulnerable(Vulnerability::Illness),
        Self::Vulnerable(Vulnerability::SelfHarm),
        Self::Vulnerable(Vulnerability::Guardianship),
        Self::Vulnerable(Vulnerability::Unemployment),
        Self::Vulnerable(Vulnerability::Domestic),
        Self::Represented,
        Self::LegalThreat,
        Self::Disputed,
    ];

    fn named(file: &str, name: &str) -> Result<Self, ReadingError> {
        Self::ALL.into_iter().find(|signal| signal.name() == name).ok_or_else(|| {
            let problem = format!("« {name} » is not a signal");
            ReadingError::Data { file: file.to_owned(), problem }
        })
    }
}

/// The phrases of one language.
pub(super) struct SignalWords(Lists<Signal>);

impl SignalWords {
    /// Reads `signals.toml`.
    pub(super) fn parse(
        file: &str,
        source: &str,
        lexer: &Lexer,
        vocabulary: &mut Vocabulary,
    ) -> Result<Self, ReadingError> {
        let lists: BTreeMap<String, Phrases> = language::read(file, source)?;
        let named = lists.into_iter().map(|(name, list)| Ok((Signal::named(file, &name)?, list)));
        let lists = named.collect::<Result<BTreeMap<_, _>, ReadingError>>()?;
        Lists::new(file, &lists, lexer, vocabulary).map(Self)
    }

    /// To be called once the vocabulary is whole.
    pub(super) fn settle(&mut self, vocabulary: &Vocabulary) {
        self.0.settle(vocabulary);
    }

    /// The signals said in a message, each with the tokens that say it first.
    pub(super) fn find(&self, message: &Message<'_>) -> BTreeMap<Signal, Range<usize>> {
        self.0.find(message)
    }
}

#[cfg(test)]
mod tests {

    use crate::reading::language::Packs;
    use crate::reading::message::Runs;

    #[test]
    fn words_that_leave_no_doubt_raise_their_signal_and_look_alikes_do_not() {
        let packs = Packs::embedded().expect("the data of the languages");
        for (language, said, wanted) in [
            ("fr", "dossier de surendettement déposé", &["insolvency"][..]),
            ("fr", "mon client est en faillite personnelle", &["insolvency"]),
            ("fr", "mon mari est décédé", &["bereavement"]),
            ("fr", "on enterre maman jeudi", &["bereavement"]),
            ("fr", "votre lien est mort", &[]),
            ("fr", "je suis en arrêt maladie", &["illness"]),
            ("fr", "c'est pour le chien, opération du genou", &[]),
            ("fr", "j'ai envie d'en finir", &["self_harm"]),
            ("fr", "des idées noires tous les soirs", &["self_harm"]),
            ("fr", "c'est à mourir de rire, suicidaire votre appli", &[]),
            ("fr", "sous curatelle renforcée", &["guardianship"]),
            ("fr", "licencié la semaine dernière", &["unemployment"]),
            ("fr", "il me frappait, je suis en foyer", &["domestic"]),
            ("fr", "je vais porter plainte", &["legal_threat"]),
            ("fr", "non, je conteste cette facture", &["disputed"]),
            ("fr", "je la conteste", &["disputed"]),
            ("fr", "je ne conteste pas", &[]),
            ("fr", "je conteste rien", &[]),
            ("en", "we dispute this bill", &["disputed"]),
            ("en", "I don't dispute it", &[]),
            ("fr", "je paie vendredi", &[]),
            ("en", "I filed for bankruptcy", &["insolvency"]),
            ("en", "my dad passed away", &["bereavement"]),
            ("en", "my phone died", &[]),
            ("en", "I don't want to be here anymore", &["self_harm"]),
            ("en", "got laid off", &["unemployment"]),
            ("en", "see you in court", &["legal_threat"]),
            ("en", "I'll pay on Friday", &[]),
        ] {
            let pack = packs.all().iter().find(|p| p.language.code() == language).expect("a known language");
            let found = pack.signals.find(&pack.message(&Runs::new(said)));
            let names: Vec<&str> = found.keys().map(|signal| signal.name()).collect();
            assert_eq!(names, wanted, "{said}");
        }
    }
}
