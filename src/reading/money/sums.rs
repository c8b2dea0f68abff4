//! What a message says of money: seen once, before its intent is known, and asked for the offer once it is.

use super::amounts::{Amount, Amounts};
use super::choice::{Judged, Purpose};
use super::marked::Marked;
use super::plans::Plans;
use crate::domain::Asked;
use crate::reading::message::{Message, overlap};
use std::ops::Range;

/// The amounts of a message, and what is said of each.
#[derive(Debug)]
pub(in crate::reading) struct Sums<'m> {
    pub(super) amounts: Vec<Amount>,
    pub(super) judged: Judged,
    pub(super) marked: Marked<'m>,
    pub(super) asked: Option<Asked>,
    reference: Option<&'m str>,
}

impl<'m> Sums<'m> {
    /// Sees the amounts of a message, `days` being the tokens of its moments; the answer is to what was `asked`.
    pub(in crate::reading) fn new(
        words: &Amounts,
        plans: &Plans,
        message: &Message<'m>,
        days: &[Range<usize>],
        asked: Option<Asked>,
    ) -> Self {
        let rhythms = plans.rhythms(message, asked);
        let mut taken: Vec<Range<usize>> =
            days.iter().chain(&rhythms.counts).chain(&rhythms.periods).cloned().collect();
        let reference = words.reference(message.original());
        taken.extend(reference.iter().map(|(_, bytes)| message.tokens_of(bytes)));
        let amounts = words.find(message, &taken);
        let free = |day: &&Range<usize>| !rhythms.periods.iter().chain(&rhythms.counts).any(|said| overlap(said, day));
        let days: Vec<Range<usize>> = days.iter().filter(free).cloned().collect();
        let marked = Marked::new(words.marks, message, &amounts, &days);
        let judged = words.cues.judge(&marked, &amounts);
        Self { amounts, judged, marked, asked, reference: reference.map(|(reference, _)| reference) }
    }

    /// The amounts, in order. A moment that shares a token with one that is sure is none.
    pub(in crate::reading) fn amounts(&self) -> &[Amount] {
        &self.amounts
    }

    /// The first invoice or case number that the message quotes, as it is written.
    pub(in crate::reading) fn reference(&self) -> Option<&'m str> {
        self.reference
    }

    /// The amount that the message offers, or that it holds right.
    pub(in crate::reading) fn choose(&self, purpose: Purpose) -> Option<&Amount> {
        self.judged.choose(&self.amounts, purpose)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Period::{self, Fortnightly, Monthly, Weekly};
    use crate::reading::language::{Pack, Packs};
    use crate::reading::message::Runs;

    /// Gives the sums of a message, `days` being its moments as they are written.
    fn see<T>(
        packs: &Packs,
        (language, said, days): (&str, &str, &[&str]),
        asked: Option<Asked>,
        then: impl Fn(&Pack, &Sums<'_>) -> T,
    ) -> T {
        let pack = packs.all().iter().find(|p| p.language.code() == language).expect("a known language");
        let message = pack.message(&Runs::new(said));
        let place = |day: &&str| said.find(*day).map(|at| message.tokens_of(&(at..at + day.len()))).expect("a moment");
        let days: Vec<Range<usize>> = days.iter().map(place).collect();
        then(pack, &Sums::new(&pack.amounts, &pack.plans, &message, &days, asked))
    }

    #[test]
    fn amounts_are_read_in_every_spelling_and_told_from_other_numbers() {
        let packs = Packs::embedded().expect("the data of the languages");
        for (language, said, days, wanted) in [
            ("fr", "50e", &[][..], &[5_000][..]),
            ("fr", "€50", &[], &[5_000]),
            ("fr", "1 200,50 €", &[], &[120_050]),
            ("fr", "1.200,50", &[], &[120_050]),
            ("fr", "45€50", &[], &[4_550]),
            ("fr", "45.50", &[], &[4_550]),
            ("fr", "cinquante euros", &[], &[5_000]),
            ("fr", "septante", &[], &[7_000]),
            ("fr", "quatre-vingt-dix balles", &[], &[9_000]),
            ("fr", "deux cents", &[], &[20_000]),
            ("fr", "mille cinq", &[], &[150_000]),
            ("fr", "2k", &[], &[200_000]),
            ("fr", "une centaine", &[], &[10_000]),
            ("fr", "trente-cinq e", &[], &[3_500]),
            ("fr", "80 dh", &[], &[8_000]),
            ("fr", "50cts", &[], &[50]),
            ("fr", "50+50", &[], &[5_000, 5_000]),
            ("fr", "le 5 100", &["le 5"], &[10_000]),
            ("fr", "cent cent", &[], &[10_000, 10_000]),
            ("fr", "en 12 fois", &[], &[]),
            ("fr", "06 39 98 41 17", &[], &[]),
            ("fr", "facture 7719", &[], &[]),
            ("fr", "en 2019", &[], &[]),
            ("fr", "3e etage, 62 ans", &[], &[]),
            ("fr", "12/05", &[], &[]),
            ("fr", "rue 45", &[], &[]),
            ("en", "£20", &[], &[2_000]),
            ("en", "1,200.50", &[], &[120_050]),
            ("en", "1.5k", &[], &[150_000]),
            ("en", "half a grand", &[], &[50_000]),
            ("en", "a couple hundred", &[], &[20_000]),
            ("en", "a fiver and a tenner", &[], &[500, 1_000]),
            ("en", "a hundred and fifty", &[], &[15_000]),
            ("en", "two fifty", &[], &[25_000]),
            ("en", "20 quid", &[], &[2_000]),
            ("en", "50p", &[], &[50]),
            ("en", "the 15th", &[], &[]),
            ("en", "12 months", &[], &[]),
            ("en", "case 27-30188", &[], &[]),
        ] {
            let found = see(&packs, (language, said, days), None, |_, sums| {
                sums.amounts().iter().map(|a| a.minor).collect::<Vec<_>>()
            });
            assert_eq!(found, wanted, "{said}");
        }
    }

    #[test]
    fn the_amount_offered_is_neither_paid_nor_owed_nor_refused_nor_anothers() {
        use Purpose::{Dispute, DisputeAndOffer, Offer, Plan};
        let packs = Packs::embedded().expect("the data of the languages");
        for (language, said, days, purpose, wanted) in [
            ("fr", "je touche 900, je mets 50 vendredi", &["vendredi"][..], Offer, Some(5_000)),
            ("fr", "400 déjà virés, les 185 qui manquent vendredi", &["vendredi"], Offer, Some(18_500)),
            ("fr", "Enlevez les 15 € de frais et je règle 84,20 ce soir", &["ce soir"], Offer, Some(8_420)),
            ("fr", "1000 pour solde de tout compte", &[], Offer, Some(100_000)),
            ("fr", "plutôt 30 que 50 par mois", &[], Plan, Some(3_000)),
            ("fr", "100 demain et le reste en mars", &["demain", "en mars"], Plan, Some(10_000)),
            ("fr", "230 en plusieurs fois ?", &[], Plan, None),
            ("fr", "c'est 80 pas 120", &[], Dispute, Some(8_000)),
            ("fr", "380 balles pour une clim en panne ?", &[], Dispute, None),
            ("fr", "c'est 96 pas 124, je règle les 96 demain", &["demain"], DisputeAndOffer, Some(9_600)),
            ("en", "sent 200 already, remaining 140 tonight", &["tonight"], Offer, Some(14_000)),
            ("en", "Knock off the $35 late fee and I'll pay 210", &[], Offer, Some(21_000)),
            ("en", "not 80, make it 60", &[], Offer, Some(6_000)),
            ("en", "the quote said 350, not 500", &[], Dispute, Some(35_000)),
        ] {
            let found = see(&packs, (language, said, days), None, |_, sums| sums.choose(purpose).map(|a| a.minor));
            assert_eq!(found, wanted, "{said}");
        }
    }

    #[test]
    fn the_terms_of_a_plan_are_how_many_how_much_and_how_often() {
        type Case<'a> = (&'a str, &'a str, &'a [&'a str], Option<Asked>, (Option<u32>, Option<i64>, Option<Period>));
        let packs = Packs::embedded().expect("the data of the languages");
        let terms = Some(Asked::PlanTerms);
        let cases: [Case<'_>; 22] = [
            ("fr", "en 3 fois", &[], None, (Some(3), None, None)),
            ("fr", "3x 40", &[], None, (Some(3), Some(4_000), None)),
            ("fr", "25 25 25 25", &[], None, (Some(4), Some(2_500), None)),
            ("fr", "moitié moitié", &[], None, (Some(2), None, None)),
            ("fr", "50 par mois pendant 4 mois", &[], None, (Some(4), Some(5_000), Some(Monthly))),
            ("fr", "100 demain et le reste en mars", &["demain", "en mars"], None, (Some(2), None, None)),
            ("fr", "80, puis 40, puis 40", &[], None, (Some(3), None, None)),
            ("fr", "500 quand le prêt tombe puis 100 par mois", &[], None, (None, Some(10_000), Some(Monthly))),
            ("fr", "20 tous les 15 jours", &["tous les 15 jours"], None, (None, Some(2_000), Some(Fortnightly))),
            ("fr", "250 tous les 10 du mois", &["tous les 10 du mois"], None, (None, Some(25_000), Some(Monthly))),
            ("fr", "870 de retraite par mois, je peux étaler ?", &[], None, (None, None, None)),
            ("fr", "en 2 plutôt qu'en 5", &[], None, (Some(2), None, None)),
            ("fr", "tous les deux mois", &[], None, (None, None, None)),
            ("fr", "3", &[], terms, (Some(3), None, None)),
            ("fr", "50", &[], terms, (None, Some(5_000), None)),
            ("en", "half now half in March", &["now", "in March"], None, (Some(2), None, None)),
            ("en", "20 a week", &[], None, (None, Some(2_000), Some(Weekly))),
            ("en", "£15 x 10", &[], None, (Some(10), Some(1_500), None)),
            ("en", "over 6 months", &[], None, (Some(6), None, Some(Monthly))),
            ("en", "mate its 300. got 50. then 50", &[], None, (Some(2), Some(5_000), None)),
            ("en", "R500 on the 25th, same again Feb", &["on the 25th", "Feb"], None, (Some(2), Some(50_000), None)),
            ("en", "20 every friday until it's done", &["friday"], None, (None, Some(2_000), Some(Weekly))),
        ];
        for (language, said, days, asked, wanted) in cases {
            let found = see(&packs, (language, said, days), asked, |pack, sums| {
                pack.plans.find(sums, sums.choose(Purpose::Plan)).terms
            });
            assert_eq!((found.instalments, found.instalment_minor, found.period), wanted, "{said}");
        }
    }
}
