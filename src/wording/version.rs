//! Which version of a text is said: the operator's own once somebody else has approved it, else the last one that was
//! approved, else the program's.

use super::Words;
use super::checker::{Finding, Level, examples};
use super::template::Template;
use crate::domain::{Approval, Language};
use serde::Serialize;

/// One version of one text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TextVersion {
    /// Its language.
    pub language: Language,
    /// Its name: `menu`, `reminder/first.loyal`.
    pub name: String,
    /// The version that its file says.
    pub version: u32,
    /// What tells it from every other.
    pub hash: String,
    /// Who wrote it; none for the program's own.
    pub author: Option<String>,
    /// Its whole source.
    #[serde(skip)]
    pub source: String,
    /// Its words alone.
    #[serde(skip)]
    pub words: String,
}

impl TextVersion {
    pub(super) fn of(template: &Template, language: Language) -> Self {
        Self {
            language,
            name: template.name.clone(),
            version: template.front.version,
            hash: template.hash(),
            author: template.front.author.as_deref().map(|author| author.trim().to_owned()),
            source: template.source.clone(),
            words: template.body.clone(),
        }
    }
}

/// A text that waits for a second person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The text.
    pub text: TextVersion,
    /// What the checker says of it: nothing that it blocks.
    pub findings: Vec<Finding>,
    /// What people would read.
    pub examples: Vec<String>,
    /// The version that is said until then.
    pub in_use: TextVersion,
}

impl Waiting {
    /// `draft` says it as if it were approved, and `findings` are those of the whole draft.
    pub(super) fn of(
        template: &Template,
        in_use: &Template,
        language: Language,
        draft: &Words,
        findings: &[Finding],
    ) -> Self {
        let here = |finding: &&Finding| finding.file.as_deref() == Some(template.file.as_str());
        Self {
            text: TextVersion::of(template, language),
            findings: findings.iter().filter(here).cloned().collect(),
            examples: examples(draft, template, language),
            in_use: TextVersion::of(in_use, language),
        }
    }

    /// Whether whoever approves it must say why.
    #[must_use]
    pub fn wants_a_reason(&self) -> bool {
        self.findings.iter().any(|finding| finding.level == Level::Review)
    }
}

/// What is said of the operator's `own` text: this version if it is approved, else the last one that was; none where none
/// was.
pub(super) fn approved(own: &Template, language: Language, approvals: &[Approval]) -> Option<Template> {
    let mut of_text = approvals.iter().filter(|one| one.language == language && one.name == own.name);
    let hash = own.hash();
    if of_text.clone().any(|approval| approval.hash == hash) {
        return Some(own.clone());
    }
    // What was approved by an older program may no longer read.
    of_text.rfind(|_| true).and_then(|approval| {
        let file = format!("{language}/{}.txt, as {} approved it", own.name, approval.approved_by);
        Template::parse(&own.name, &file, &approval.source, language).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Message, Stage};

    fn source(words: &str) -> String {
        format!("---\nlanguage = \"fr\"\nversion = 2\nauthor = \"Anne\"\n---\n{words}\n")
    }

    fn words(folder: &std::path::Path, approvals: &[Approval]) -> Words {
        Words::open(folder, approvals).unwrap()
    }

    fn menu(words: &Words) -> String {
        let voice = super::super::samples::ordinary(Language::FR);
        words.render(&Message::Menu, &voice).unwrap().text
    }

    fn approved(text: &TextVersion) -> Approval {
        Approval {
            name: text.name.clone(),
            language: text.language,
            hash: text.hash.clone(),
            source: text.source.clone(),
            author: "Anne".into(),
            approved_by: "Paul".into(),
            reason: None,
            at: chrono::DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_new_version_waits_while_the_last_approved_one_is_said_and_without_one_ours() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("fr/menu.txt");
        std::fs::create_dir(folder.path().join("fr")).unwrap();
        let write = |words: &str| std::fs::write(&file, source(words)).unwrap();
        let ours = menu(&Words::embedded().unwrap());

        write("un : payer.");
        let first = words(folder.path(), &[]);
        assert_eq!(menu(&first), ours);
        let waiting = &first.waiting()[0];
        assert_eq!((waiting.text.name.as_str(), waiting.text.author.as_deref()), ("menu", Some("Anne")));
        assert!(waiting.examples[0].ends_with("un : payer."), "{:?}", waiting.examples);
        assert!(!waiting.wants_a_reason());
        let one = approved(&waiting.text);

        let second = words(folder.path(), std::slice::from_ref(&one));
        assert!(menu(&second).ends_with("un : payer.") && second.waiting().is_empty());

        write("deux : payer immédiatement.");
        let third = words(folder.path(), std::slice::from_ref(&one));
        assert!(menu(&third).ends_with("un : payer."), "the last approved one stays");
        let waiting = &third.waiting()[0];
        assert!(waiting.in_use.words.contains("un : payer.") && waiting.wants_a_reason());
        let two = approved(&waiting.text);
        assert!(menu(&words(folder.path(), &[one.clone(), two.clone()])).contains("deux"));
        assert!(menu(&words(folder.path(), &[two])).contains("deux"), "the first one may be withdrawn");

        write("trois : payer.");
        let unreadable = Approval { source: "no front matter".into(), ..one.clone() };
        assert_eq!(menu(&words(folder.path(), &[unreadable])), ours);
        let of_another = Approval { name: "handed_over".into(), ..one };
        assert_eq!(menu(&words(folder.path(), &[of_another])), ours);

        std::fs::write(&file, include_str!("templates/fr/menu.txt").replace("version", "author = \"Anne\"\nversion"))
            .unwrap();
        assert_eq!(words(folder.path(), &[]).waiting().len(), 1, "our words under another's name are a new version");
    }

    #[test]
    fn a_letter_that_was_made_of_an_older_one_of_ours_is_told() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("fr")).unwrap();
        let ours = include_str!("templates/fr/letter_frame.txt").replacen("---\n", "---\nauthor = \"Anne\"\n", 1);
        let written = regex::Regex::new("version = [0-9]+").unwrap();
        for (version, told) in [("version = 1", 1), ("version = 9", 0)] {
            let own = written.replace(&ours, version).into_owned();
            std::fs::write(folder.path().join("fr/letter_frame.txt"), own).unwrap();
            let waits = words(folder.path(), &[]);
            assert!(waits.letters_older_than_ours().is_empty(), "what waits is not said");
            let approval = approved(&waits.waiting()[0].text);
            assert_eq!(words(folder.path(), &[approval]).letters_older_than_ours().len(), told);
        }
    }

    #[test]
    fn a_variant_of_the_operator_waits_and_its_people_read_the_usual_text_until_it_is_approved() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("fr/reminder/first@louder.txt");
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        let write = |from: &str, to: &str| {
            let direct = include_str!("templates/fr/reminder/first@direct.txt");
            let text = direct.replacen("---\n", "---\nauthor = \"Anne\"\n", 1).replace(from, to);
            std::fs::write(&file, text).unwrap();
        };
        let first = |words: &Words| {
            let voice = super::super::samples::ordinary(Language::FR);
            let reminder = super::super::samples::reminders(super::super::samples::ORDINARY)
                .into_iter()
                .find(|message| matches!(message, Message::Reminder { stage: Stage::First, .. }))
                .unwrap();
            words.render(&reminder, &crate::wording::Voice { variant: Some("louder"), ..voice }).unwrap().text
        };
        let ours = first(&Words::embedded().unwrap());

        write("Déjà payé,", "C'est payé,");
        let waits = words(folder.path(), &[]);
        let [waiting] = waits.waiting() else { panic!("one waits") };
        assert_eq!(
            (waiting.text.name.as_str(), waiting.in_use.name.as_str()),
            ("reminder/first@louder", "reminder/first")
        );
        assert!(waiting.examples.iter().all(|text| text.contains("C'est payé,")), "{:?}", waiting.examples);
        assert!(!waits.has_variant("louder") && first(&waits) == ours);
        let one = approved(&waiting.text);

        let approves = words(folder.path(), std::slice::from_ref(&one));
        assert!(approves.has_variant("louder") && approves.waiting().is_empty());
        assert!(first(&approves).contains("C'est payé,"));

        write("Déjà payé,", "Tout est payé,");
        let newer = words(folder.path(), std::slice::from_ref(&one));
        assert!(first(&newer).contains("C'est payé,"), "the last approved one stays");
        assert_eq!(newer.waiting()[0].in_use.name, "reminder/first@louder");

        write("Déjà payé,", "Sans réponse, un huissier passera.");
        let refused = Words::open(folder.path(), &[]).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(refused.contains("first@louder.txt:7: BLOCK officers and courts"), "{refused}");
    }

    #[test]
    fn a_frame_and_every_reminder_can_be_shown_before_they_are_approved() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in crate::wording::catalogue::FOLDERS[0].templates {
            let path = folder.path().join("fr").join(format!("{name}.txt"));
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text.replacen("---\n", "---\nauthor = \"Anne\"\n", 1)).unwrap();
        }
        let words = words(folder.path(), &[]);
        assert_eq!(words.waiting().len(), crate::wording::catalogue::FOLDERS[0].templates.len());
        for waiting in words.waiting() {
            assert!(!waiting.examples.is_empty(), "{}", waiting.text.name);
        }
    }
}
