//! What leaves, word for word.

use super::*;

fn known() -> Known {
    Known {
        people: vec!["Jeanne Le Martin-Dubois".into()],
        firms: vec!["Atelier Lumen".into()],
        references: vec!["LUM-1001".into(), "F-2026-0412".into(), "75011".into()],
    }
}

fn leaves(known: &Known, table: &[(&str, &str)]) {
    let wrong = table.iter().filter_map(|(said, left)| {
        let masked = mask(said, known).map(|masked| masked.0);
        (masked.as_deref() != Some(*left)).then(|| format!("{said}: {masked:?}, not {left}"))
    });
    let wrong: Vec<_> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_the_case_knows_never_leaves_however_it_is_written() {
    leaves(
        &known(),
        &[
            ("Bonjour, Jeanne Martin à l'appareil", "Bonjour, [name] à l'appareil"),
            ("c'est jeanne, je paie vendredi", "c'est [name], je paie vendredi"),
            ("MARTIN DUBOIS j'ai un doute", "[name] j'ai un doute"),
            ("martin-dubois dit : le 5", "[name] dit : le 5"),
            ("jeannelemartindubois veut payer", "[name] veut payer"),
            ("j'ai rien acheté chez lumen", "j'ai rien acheté chez [name]"),
            ("c koi atelier lumen ?", "c koi [name] ?"),
            ("dossier lum 1001 svp", "dossier [reference] svp"),
            ("pour LUM1001 je peux le 3", "pour [reference] je peux le 3"),
            ("la f-2026-0412 est fausse", "la [reference] est fausse"),
            ("la 0412 est fausse", "la [reference] est fausse"),
            ("en 2026 le mois prochain", "en 2026 le mois prochain"),
            ("le 75011 c'est pas moi", "le [reference] c'est pas moi"),
            ("Je\u{301}anne paiera", "[name] paiera"),
        ],
    );
}

#[test]
fn what_gives_someone_away_by_its_shape_does_not_leave() {
    leaves(
        &Known::default(),
        &[
            ("appelez le 06 39 98 41 17 svp", "appelez le [phone] svp"),
            ("appelez le 06.39.98.41.17.", "appelez le [phone]."),
            ("mon tel 0639984117 merci", "mon tel [phone] merci"),
            ("call me on +44 7700 900123 pls", "call me on [phone] pls"),
            ("on (602) 555-0142 after 5", "on [phone] after 5"),
            ("06\u{200b}39\u{200b}98\u{200b}41\u{200b}17 c'est le bon", "[phone] c'est le bon"),
            ("０６ ３９ ９８ ４１ １７ appelez", "[phone] appelez"),
            ("٠٦٣٩٩٨٤١١٧ appelez", "[phone] appelez"),
            ("écrivez à j.durand+pro@exemple.fr merci", "écrivez à [email] merci"),
            ("durand arobase exemple.fr stp", "[email] stp"),
            ("voir https://exemple.fr/p/abc?d=1 ici", "voir [link] ici"),
            ("le lien sms.exemple.fr/p/abc marche pas", "le lien [link] marche pas"),
            ("ma carte •••• •••• •••• 1111 exp", "ma carte [number] exp"),
            ("facture FA-7719 fausse", "facture [reference] fausse"),
            ("dossier n° 88214 à revoir", "dossier n° [reference] à revoir"),
            ("invoice no. 4471 is wrong", "invoice no. [reference] is wrong"),
            ("j'habite 12 bis rue des lilas je paie demain", "j'habite [address] je paie demain"),
            ("send it to 4 Elm Road please", "send it to [address] please"),
            ("chez moi 69003 lyon merci", "chez moi [address] merci"),
            ("flat 3 SW1A 1AA ok", "flat 3 [address] ok"),
        ],
    );
}

#[test]
fn names_that_the_case_does_not_know_are_told_by_their_place() {
    leaves(
        &Known::default(),
        &[
            ("Je suis Paul Durand, je paie le 5", "Je suis [name], je paie le 5"),
            ("Bonjour, ici Mme Durand", "Bonjour, ici Mme [name]"),
            ("bonjour mme durand a dit oui", "bonjour mme [name] a dit oui"),
            ("je m'appelle paul durand et je paie", "je m'appelle [name] et je paie"),
            ("my name is paul durand and i paid", "my name is [name] and i paid"),
            ("I'm Paul from next door", "I'm [name] from next door"),
            ("This is Mrs. O'Brien, who are you?", "This is Mrs. [name], who are you?"),
            ("M. Durand n'habite plus là", "M. [name] n'habite plus là"),
            ("Paul Durand ne vit pas ici", "[name] ne vit pas ici"),
            ("je vois avec Léa demain", "je vois avec [name] demain"),
            ("JE M'APPELLE PAUL DURAND", "JE M'APPELLE [name]"),
        ],
    );
}

#[test]
fn the_meaning_stays() {
    for said in [
        "Je paie 120,50 € Vendredi 5 Mars à 15h30",
        "I can do £1,250.00 on Monday 12/05/2026 15h",
        "50 par mois sur 6 mois à partir du 01/04/2026",
        "12000 euros c'est trop, 10000€ ok",
        "JE PAIE VENDREDI SANS FAUTE",
        "je paierai JAMAIS, vous exagérez",
        "OK. Demain ? Oui Merci",
        "2026-05-12 ça va",
        "I don't know, I'll see in May",
        "3 fois 40",
        "la facture 120 € et le compte 1250,50€ ok",
    ] {
        leaves(&Known::default(), &[(said, said)]);
    }
}

#[test]
fn what_nobody_can_mask_or_read_does_not_leave_at_all() {
    for said in ["", "🙏", "???", "0639984117", "JE SUIS PAUL DURAND", "C'EST PAUL", "jeanne"] {
        assert_eq!(mask(said, &known()), None, "{said}");
    }
    let long = mask(&"je paie ".repeat(1_000), &Known::default()).expect("words");
    assert_eq!(long.as_str().chars().count(), LONGEST);
    assert_eq!(format!("{long:?}"), "Masked(800 characters)");
}
