//! Every group in both languages, by audience; what a text must say; and what only looks like a fault.

use super::*;
use crate::domain::Language;
use crate::wording::Words;
use crate::wording::catalogue::FOLDERS;

const BUSINESS: Audience = Audience { consumer: false, ..Audience::STRICTEST };
const DECIDED: Audience = Audience { legal_step_decided: true, ..Audience::STRICTEST };
const BRITISH: Audience = Audience { jurisdiction: Some(Jurisdiction::Uk), ..Audience::STRICTEST };

fn found(text: &str, language: Language, audience: Audience) -> Vec<(String, Level)> {
    let findings = Words::embedded().unwrap().check_for(text, language, audience).unwrap();
    findings.into_iter().map(|finding| (finding.group, finding.level)).collect()
}

#[test]
fn every_group_has_its_words_in_every_language() {
    let by_form = ["capitals", "emoji", "links", "length", "encoding", "missing content", "third party"];
    let by_form = [&by_form[..], &["debt on a locked screen", "debt in a subject", "cannot be said"]].concat();
    for folder in FOLDERS {
        let checker = Checker::read(folder.checked).unwrap();
        for group in GROUPS.iter().filter(|group| !by_form.contains(&group.name.as_str())) {
            assert!(checker.words.get(&group.name).is_some_and(|words| !words.is_empty()), "{}", group.name);
        }
    }
    let unknown = FOLDERS[0].checked.replace("\"crime\" =", "\"crimes\" =");
    assert!(Checker::read(&unknown).unwrap_err().to_string().contains("`crimes` is no group"));
}

#[test]
fn what_no_message_may_say_is_found_in_both_languages_whatever_its_case_accents_or_number() {
    for (language, text, group, level) in [
        (Language::FR, "Un HUISSIER passera", "officers and courts", Level::Block),
        (Language::FR, "nos huissiers", "officers and courts", Level::Block),
        (Language::FR, "un hui\u{ad}ssier", "officers and courts", Level::Block),
        (Language::FR, "un titre executoire", "officers and courts", Level::Block),
        (Language::FR, "des poursuites pénales", "crime", Level::Block),
        (Language::FR, "une saisie sur salaire", "enforcement", Level::Block),
        (Language::FR, "nous informerons votre employeur", "exposure", Level::Block),
        (Language::FR, "un fichage FICP", "registers", Level::Block),
        (Language::FR, "nos encaisseurs", "visits", Level::Block),
        (Language::FR, "frais d’impayé : 12 €", "costs", Level::Block),
        (Language::FR, "une indemnité de 40 €", "costs", Level::Block),
        (Language::FR, "vous êtes de mauvaise foi", "shame", Level::Block),
        (Language::FR, "donnez-nous votre IBAN", "data requests", Level::Block),
        (Language::FR, "voici l'IBAN de l'atelier", "bank details", Level::Review),
        (Language::FR, "appelez le 0899 70 00 00", "contact", Level::Block),
        (Language::FR, "payez sur https://bit.ly/abc", "contact", Level::Block),
        (Language::FR, "voyez https://exemple.fr/a", "links", Level::Review),
        (Language::FR, "réponse sous 48 h", "false urgency", Level::Review),
        (Language::FR, "afin d'éviter toute procédure", "vague threat", Level::Review),
        (Language::FR, "pour effacer votre dette", "false comfort", Level::Review),
        (Language::FR, "bjr, merci", "slang", Level::Review),
        (Language::FR, "merci 🙏", "emoji", Level::Review),
        (Language::FR, "PAYEZ MAINTENANT, merci", "capitals", Level::Review),
        (Language::EN, "the bailiffs will come", "officers and courts", Level::Block),
        (Language::EN, "we may garnish your wages", "enforcement", Level::Block),
        (Language::EN, "criminal charges", "crime", Level::Block),
        (Language::EN, "we will tell your employer", "exposure", Level::Block),
        (Language::EN, "it will ruin your credit", "registers", Level::Block),
        (Language::EN, "a field agent", "visits", Level::Block),
        (Language::EN, "plus a late fee", "costs", Level::Block),
        (Language::EN, "shame on you", "shame", Level::Block),
        (Language::EN, "send your card number", "data requests", Level::Block),
        (Language::EN, "our sort code", "bank details", Level::Review),
        (Language::EN, "at tinyurl.com/x", "contact", Level::Block),
        (Language::EN, "FINAL NOTICE", "false urgency", Level::Review),
        (Language::EN, "to avoid further action", "vague threat", Level::Review),
        (Language::EN, "a special deal", "false comfort", Level::Review),
        (Language::EN, "pls pay", "slang", Level::Review),
        (Language::EN, "PAY NOW", "capitals", Level::Review),
    ] {
        let said = found(text, language, Audience::STRICTEST);
        assert!(said.contains(&(group.to_owned(), level)), "{text}: {said:?}");
    }
    assert!(found(&"mot ".repeat(120), Language::FR, BUSINESS).contains(&("length".to_owned(), Level::Review)));
}

#[test]
fn what_is_blocked_for_a_consumer_may_be_answered_for_elsewhere() {
    for (language, text, audience, level) in [
        (Language::FR, "indemnité de 40 €", Audience::STRICTEST, Level::Block),
        (Language::FR, "indemnité de 40 €", BUSINESS, Level::Review),
        (Language::EN, "a late fee", BRITISH, Level::Review),
        (Language::FR, "le tribunal", Audience::STRICTEST, Level::Block),
        (Language::FR, "le tribunal", BUSINESS, Level::Block),
        (Language::FR, "le tribunal", DECIDED, Level::Review),
        (Language::FR, "une saisie", DECIDED, Level::Block),
    ] {
        let levels: Vec<_> = found(text, language, audience).into_iter().map(|(_, level)| level).collect();
        assert_eq!(levels, [level], "{text} {audience:?}");
    }
}

#[test]
fn honest_words_that_only_look_alike_pass() {
    for text in [
        "le préjugé",
        "une assurance complainte",
        "140 €",
        "le 01 80 89 12 34",
        "emprisonner",
        "Répondez OUI, NON ou STOP",
        "moneyhelper.org.uk",
    ] {
        assert_eq!(found(text, Language::FR, Audience::STRICTEST), [], "{text}");
    }
}

/// The findings of one template, changed by an operator.
fn changed(name: &str, source: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, source).unwrap();
    let findings = Words::draft(folder.path()).unwrap().report().findings;
    let place = format!("{}:", folder.path().join(name).display());
    findings.iter().map(|finding| finding.to_string().replace(&place, "")).collect()
}

#[test]
fn what_a_template_lacks_shows_too_early_or_spells_dearly_is_said_with_its_line() {
    let head = "---\nstage = \"first\"\nlanguage = \"fr\"\nversion = 2\nauthor = \"Anne\"\n---\n";
    let whole = "bonjour {{ debtor }}, votre {{ matter }} est à payer depuis le {{ due_on|short_day }} : {{ amount|amount }} sur {{ link }}\nUn désaccord, un souci ? Répondez.{% if advice %} Conseil : moneyhelper.org.uk{% endif %}";
    let first = |words: &str| changed("fr/reminder/first.txt", &format!("{head}{words}\n"));
    assert_eq!(first(whole), [""; 0]);
    for (was, becomes, expected) in [
        (" sur {{ link }}", "", "7: BLOCK missing content: « how to pay: {{ link }} »"),
        ("{{ amount|amount }}", "peu", "7: BLOCK missing content: « the amount: {{ amount|amount }} »"),
        ("{{ matter }}", "achat", "7: BLOCK missing content: « the reference"),
        (" depuis le {{ due_on|short_day }}", "", "7: BLOCK missing content: « the day it is due"),
        ("Un désaccord, u", "U", "7: BLOCK missing content: « what to do if they disagree »"),
        (", un souci", "", "7: BLOCK missing content: « what to do if they cannot pay »"),
        ("{% if advice %} Conseil : moneyhelper.org.uk{% endif %}", "", "7: BLOCK missing content: « free debt advice"),
        ("Répondez", "Répondez bientôt", "8: REVIEW encoding: « ô → o »"),
        ("Répondez", "Un huissier suit", "8: BLOCK officers and courts: « huissier »"),
        ("bonjour {{ debtor }}, v", "{{ amount|amount }} pour v", "7: BLOCK third party: « 145,00 € »"),
        ("bonjour {{ debtor }}", "bonjour, impayé", "7: REVIEW debt on a locked screen: « impayé »"),
        ("Répondez", "{{ nmae }}", "7: BLOCK cannot be said: « "),
        ("Répondez", &"Répondez vite à ce message. ".repeat(6), "7: REVIEW length: « 3 segments with ordinary names »"),
    ] {
        let said = first(&whole.replace(was, becomes));
        assert!(said.iter().any(|finding| finding.trim_start().starts_with(expected)), "{expected} in {said:?}");
    }
    let frame = "---\nlanguage = \"fr\"\nversion = 2\nauthor = \"Anne\"\n---\n{{ creditor }} : {{ body }}{% if letter %} {{ letter }}{% endif %}\n";
    let said = changed("fr/frame.txt", frame).join("\n");
    for what in [
        "STOP",
        "automatic",
        "{{ agency }}",
        "{{ phone }}",
        "{{ privacy }}",
        "the trade",
        "the day of the first letter",
    ] {
        assert!(said.contains(what), "{what} in {said}");
    }
    let told = changed("fr/menu.txt", "---\nlanguage = \"fr\"\nversion = 2\nauthor = \"Anne\"\n---\nenvoyez 1.\n");
    assert_eq!(told, [""; 0]);
    let told = changed(
        "fr/who_we_are.txt",
        "---\nlanguage = \"fr\"\nversion = 2\nauthor = \"Anne\"\n---\nau sujet de\nvotre dette {{ invoice }}\n",
    );
    assert!(told[0].starts_with("7: BLOCK third party: « dette »"), "{told:?}");
    assert!(told[1].contains("« F-2026-118 »"), "{told:?}");
}

#[test]
fn an_account_that_is_typed_into_a_frame_is_answered_for_and_that_of_the_settings_is_not() {
    for (name, frame) in [
        ("fr/letter_frame.txt", include_str!("../templates/fr/letter_frame.txt")),
        ("en/email_frame.txt", include_str!("../templates/en/email_frame.txt")),
    ] {
        let own = frame.replacen("---\n", "---\nauthor = \"Anne\"\n", 1);
        assert_eq!(changed(name, &own), [""; 0]);
        let typed = changed(name, &own.replace("{{ transfer.iban }}", "FR76 3000 6000 0112 3456 7890 189"));
        assert!(typed.iter().any(|finding| finding.contains("REVIEW bank details: « iban »")), "{typed:?}");
        let beside = changed(name, &format!("{own}\nIBAN FR76 3000 6000 0112 3456 7890 189\n"));
        assert!(beside.iter().any(|finding| finding.contains("REVIEW bank details: « iban »")), "{beside:?}");
    }
}

#[test]
fn a_variant_is_weighed_in_its_own_words() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("fr/reminder")).unwrap();
    let long = "Bonjour {{ debtor }}, ".repeat(12);
    let direct = include_str!("../templates/fr/reminder/first@direct.txt");
    let text = direct.replacen("---\n", "---\nauthor = \"Anne\"\n", 1).replacen("bonjour {{ debtor }}, ", &long, 1);
    std::fs::write(folder.path().join("fr/reminder/first@louder.txt"), text).unwrap();
    let report = Words::draft(folder.path()).unwrap().report();
    let weight = |name: &str| {
        let one = report.templates.iter().find(|one| one.template == name).unwrap();
        one.long.as_ref().unwrap().count()
    };
    assert!(weight("fr/reminder/first@louder") > weight("fr/reminder/first"));
}
