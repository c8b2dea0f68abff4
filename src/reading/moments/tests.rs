//! The date table of the annotation guide, the choice among several moments, and the moments of calls.

use super::{Origin, call_back, payment_day};
use crate::domain::Asked;
use crate::reading::language::Packs;
use crate::reading::message::Runs;

/// A Thursday.
const THURSDAY: &str = "2026-03-12";

struct Said<'a> {
    language: &'a str,
    asked: Option<Asked>,
    us_dates: bool,
    plan: bool,
}

const FRENCH: Said<'_> = Said { language: "fr", asked: None, us_dates: false, plan: false };
const ENGLISH: Said<'_> = Said { language: "en", ..FRENCH };

/// The day of the payment, and the day and hour of a call.
fn read(packs: &Packs, how: &Said<'_>, said: &str) -> (Option<String>, (Option<String>, Option<String>)) {
    let pack = packs.all().iter().find(|p| p.language.code() == how.language).expect("a known language");
    let message = pack.message(&Runs::new(said));
    let origin = Origin { day: THURSDAY.parse().expect("a day"), us_dates: how.us_dates, asked: how.asked };
    let moments = pack.moments.find(&message, &origin);
    let beside = pack.moments.beside(&message, &moments);
    let day = payment_day(&message, &moments, &beside, how.asked, how.plan);
    let call = call_back(&moments, &beside).map(|(call, _)| call);
    let on = call.and_then(|call| call.on).map(|day| day.to_string());
    let at = call.and_then(|call| call.at).map(|time| time.to_string());
    (day.map(|(day, _)| day.to_string()), (on, at))
}

fn check(how: &Said<'_>, table: &[(&str, Option<&str>)]) {
    let packs = Packs::embedded().expect("the data of the languages");
    let wrong: Vec<String> = table
        .iter()
        .filter_map(|(said, wanted)| {
            let (day, _) = read(&packs, how, said);
            (day.as_deref() != *wanted).then(|| format!("{said}: {day:?}, not {wanted:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_date_table_of_the_guide_holds_in_french() {
    check(
        &FRENCH,
        &[
            ("le 5", Some("2026-04-05")),
            ("le 12", Some("2026-03-12")),
            ("le 31", Some("2026-03-31")),
            ("le vingt", Some("2026-03-20")),
            ("le vingt-huit", Some("2026-03-28")),
            ("je paie vendredi", Some("2026-03-13")),
            ("jpaye vendrdi", Some("2026-03-13")),
            ("jeudi", Some("2026-03-19")),
            ("lundi en 8", Some("2026-03-23")),
            ("lundi en quinze", Some("2026-03-30")),
            ("mardi de la semaine prochaine", Some("2026-03-17")),
            ("fin du mois", Some("2026-03-31")),
            ("fin mars", Some("2026-03-31")),
            ("ce mois-ci", Some("2026-03-31")),
            ("le mois prochain", Some("2026-04-30")),
            ("fin du mois prochain", Some("2026-04-30")),
            ("le 5 du mois prochain", Some("2026-04-05")),
            ("en avril", Some("2026-04-30")),
            ("courant avril", Some("2026-04-30")),
            ("début avril", Some("2026-04-05")),
            ("début du mois prochain", Some("2026-04-05")),
            ("mi-avril", Some("2026-04-15")),
            ("mi-mois", Some("2026-03-15")),
            ("le dernier vendredi du mois", Some("2026-03-27")),
            ("cette semaine", Some("2026-03-13")),
            ("dans la semaine", Some("2026-03-13")),
            ("la semaine prochaine", Some("2026-03-20")),
            ("semaine 24", Some("2026-06-12")),
            ("ce week-end", Some("2026-03-14")),
            ("dans 3 jours", Some("2026-03-15")),
            ("d'ici 10 jours", Some("2026-03-22")),
            ("sous 48h", Some("2026-03-14")),
            ("sous huitaine", Some("2026-03-20")),
            ("sous quinzaine", Some("2026-03-27")),
            ("dans 15 jours", Some("2026-03-27")),
            ("3 à 5 jours", Some("2026-03-17")),
            ("dans un mois", Some("2026-04-12")),
            ("avant le 15", Some("2026-03-15")),
            ("d'ici le 15", Some("2026-03-15")),
            ("pas avant le 15", Some("2026-03-15")),
            ("à partir du 15", Some("2026-03-15")),
            ("le 5 ou le 6", Some("2026-04-06")),
            ("entre lundi et mercredi", Some("2026-03-18")),
            ("5/4", Some("2026-04-05")),
            ("5.4", Some("2026-04-05")),
            ("05/04/26", Some("2026-04-05")),
            ("2026-04-05", Some("2026-04-05")),
            ("le 12 avril 2026", Some("2026-04-12")),
            ("1er avril", Some("2026-04-01")),
            ("avant Noël", Some("2026-12-25")),
            ("à la Toussaint", Some("2026-11-01")),
            ("à Pâques", Some("2026-04-05")),
            ("le lendemain de Pâques", Some("2026-04-06")),
            ("demain", Some("2026-03-13")),
            ("2main", Some("2026-03-13")),
            ("dem1", Some("2026-03-13")),
            ("après-demain", Some("2026-03-14")),
            ("ce soir", Some("2026-03-12")),
            ("tout de suite", Some("2026-03-12")),
            ("dès que possible", None),
            ("bientôt", None),
            ("quand je suis payé", None),
            ("le 31 février", None),
            ("le 29 février", None),
            ("le mois dernier", None),
            ("il y a 3 jours", None),
            ("depuis le 5", None),
            ("hier", None),
        ],
    );
}

#[test]
fn the_date_table_of_the_guide_holds_in_english() {
    check(
        &ENGLISH,
        &[
            ("the 5th", Some("2026-04-05")),
            ("the twentieth", Some("2026-03-20")),
            ("5th of next month", Some("2026-04-05")),
            ("friday", Some("2026-03-13")),
            ("Monday week", Some("2026-03-23")),
            ("a week on Monday", Some("2026-03-23")),
            ("Tuesday fortnight", Some("2026-03-31")),
            ("EOM", Some("2026-03-31")),
            ("next month", Some("2026-04-30")),
            ("early May", Some("2026-05-05")),
            ("mid April", Some("2026-04-15")),
            ("end of April", Some("2026-04-30")),
            ("this week", Some("2026-03-13")),
            ("next week", Some("2026-03-20")),
            ("in a fortnight", Some("2026-03-26")),
            ("in 3 days", Some("2026-03-15")),
            ("3 to 5 days", Some("2026-03-17")),
            ("the 5th or the 6th", Some("2026-04-06")),
            ("between Monday and Wednesday", Some("2026-03-18")),
            ("before Easter", Some("2026-04-05")),
            ("the day after Easter", Some("2026-04-06")),
            ("5/4", Some("2026-04-05")),
            ("April 2nd", Some("2026-04-02")),
            ("2morrow", Some("2026-03-13")),
            ("tmrw", Some("2026-03-13")),
            ("tonight", Some("2026-03-12")),
            ("in 2 hours", Some("2026-03-12")),
            ("soon", None),
            ("asap", None),
            ("last friday", None),
            ("3 weeks ago", None),
            ("since the 5th", None),
            ("20 a week", None),
        ],
    );
    check(&Said { us_dates: true, ..ENGLISH }, &[("5/4", Some("2026-05-04")), ("13/4", Some("2026-04-13"))]);
    check(&Said { us_dates: true, ..ENGLISH }, &[("Thanksgiving", Some("2026-11-26"))]);
}

#[test]
fn the_day_of_the_payment_is_told_from_the_days_beside_it() {
    check(
        &FRENCH,
        &[
            ("vendredi, non, lundi", Some("2026-03-16")),
            ("pas vendredi, lundi", Some("2026-03-16")),
            ("le 22 plutôt, le 15 je n'ai rien", Some("2026-03-22")),
            ("vendredi plutôt que lundi", Some("2026-03-13")),
            ("samedi, euh non mardi, samedi je suis à Lyon", Some("2026-03-17")),
            ("ma paye le 28", Some("2026-03-28")),
            ("je touche ma paye le 28, vous le 30", Some("2026-03-30")),
            ("vous aurez votre argent le 28, je suis payée le 27", Some("2026-03-28")),
            ("le 5 j'ai le loyer, le 6 la cantine, donc vous c'est le 8", Some("2026-04-08")),
            ("la facture du 5 mars", None),
            ("rappelez-moi lundi", None),
            ("rappelez-moi lundi, je paie vendredi", Some("2026-03-13")),
            ("j'ai payé 100 en janvier, le reste le 20", Some("2026-03-20")),
            ("on enterre maman samedi, je règle ça le lendemain", Some("2026-03-15")),
            ("mariage samedi mais lundi matin c'est dans votre boîte", Some("2026-03-16")),
        ],
    );
    check(
        &Said { plan: true, ..FRENCH },
        &[
            ("50 le 15 et 50 le 30", Some("2026-03-15")),
            ("moitié maintenant moitié le mois prochain", Some("2026-03-12")),
            ("licencié en novembre, je tiens 35 par mois", None),
        ],
    );
    check(
        &ENGLISH,
        &[
            ("not friday, monday", Some("2026-03-16")),
            ("Friday. no wait, monday", Some("2026-03-16")),
            ("insurance on the 20th, you on the 21st", Some("2026-03-21")),
            ("cant monday, thurs?", Some("2026-03-19")),
            ("call me monday", None),
            ("the invoice of the 5th", None),
            ("it was delivered on the 20th", None),
        ],
    );
    check(&Said { plan: true, ..ENGLISH }, &[("half now half on friday", Some("2026-03-12"))]);
}

#[test]
fn after_the_question_when_a_number_alone_is_a_day() {
    let asked = Said { asked: Some(Asked::PaymentDate), ..FRENCH };
    check(
        &asked,
        &[
            ("5", Some("2026-04-05")),
            ("le 5", Some("2026-04-05")),
            ("15 sans faute", Some("2026-03-15")),
            ("lundi", Some("2026-03-16")),
            ("demain", Some("2026-03-13")),
            ("45", None),
        ],
    );
    check(&FRENCH, &[("5", None)]);
}

#[test]
fn the_day_and_the_hour_of_a_call_are_found_apart_or_together() {
    let packs = Packs::embedded().expect("the data of the languages");
    for (how, said, day, hour) in [
        (&FRENCH, "lundi à 14h30 ce serait bien", Some("2026-03-16"), Some("14:30:00")),
        (&FRENCH, "appelez moi apres 18h", None, Some("18:00:00")),
        (&FRENCH, "je suis libre demain", Some("2026-03-13"), None),
        (&FRENCH, "plutôt vers midi", None, Some("12:00:00")),
        (&FRENCH, "je paie vendredi, rappelez-moi lundi à 9h", Some("2026-03-16"), Some("09:00:00")),
        (&FRENCH, "rappelez-moi", None, None),
        (&ENGLISH, "I am free Monday at 2pm", Some("2026-03-16"), Some("14:00:00")),
        (&ENGLISH, "ring me after 5", None, Some("17:00:00")),
        (&ENGLISH, "at 12am", None, Some("00:00:00")),
        (&ENGLISH, "call me please", None, None),
    ] {
        let (_, (on, at)) = read(&packs, how, said);
        assert_eq!((on.as_deref(), at.as_deref()), (day, hour), "{said}");
    }
}
