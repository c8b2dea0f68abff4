//! What another reader makes of a message, weighed with what ours does: it may settle a doubt, and never takes away what
//! protects the person.

use super::conclude::{self, Findings, reason};
use super::model::{PRIMARY, QUESTIONS, Question, Scores};
use super::risk::{PROTECTED, demands};
use crate::domain::{Asked, Intent, Reading};

/// How much an opinion counts beside our own scores, which count for one: what it says of itself is no measured rate.
const WEIGHT: f32 = 0.75;
/// No opinion holds an intent to be less likely than this: one that is wrong must not rule out the truth.
const FLOOR: f32 = 0.002;
/// From here a protected intent that we hear ourselves is not talked away.
const LIKELY: f32 = 0.2;

/// How likely another reader holds each intent to be the primary one.
#[derive(Debug, Clone, PartialEq)]
pub struct Opinion {
    by: String,
    of: [f32; PRIMARY],
}

impl Opinion {
    /// The opinion of the reader named `by`; what it gives each intent is brought to sum to one. None when it gives nothing,
    /// or what is no number.
    #[must_use]
    pub fn new(by: &str, of: impl Fn(Intent) -> f32) -> Option<Self> {
        let given = Intent::ALL.map(of);
        let total: f32 = given.iter().sum();
        let sound = given.iter().all(|p| p.is_finite() && *p >= 0.0) && total.is_finite() && total > 0.0;
        sound.then(|| Self { by: by.to_owned(), of: normal(given.map(|p| (p / total).max(FLOOR))) })
    }

    /// Whose it is.
    #[must_use]
    pub fn by(&self) -> &str {
        &self.by
    }

    /// How likely it holds `intent` to be the primary one.
    #[must_use]
    pub fn of(&self, intent: Intent) -> f32 {
        self.of[intent as usize]
    }

    /// The reading that this opinion and our own scores come to; none when ours must stand.
    pub(super) fn settles(&self, found: &Findings<'_>, ours: &Reading) -> Option<Reading> {
        if conclude::by_rule(found) {
            return None;
        }
        let mut both = conclude::conclude(&Findings { scores: self.pooled(&found.scores), ..found.clone() });
        if takes_away(&found.scores, found.asked, ours, &both) {
            return None;
        }
        let name = format!("second_opinion={}", self.by);
        both.why.insert(0, reason(name, "", "asked for because our own reading was not sure enough"));
        Some(both)
    }

    /// Our probabilities times those of the opinion. What is said of the presence of an intent moves with the intent: how
    /// likely it is to be there, were it the primary one and were it not, stays as we hold it. Circumstances and admissions
    /// in words do not move: an opinion says nothing of them.
    fn pooled(&self, ours: &Scores) -> Scores {
        let primary = normal(std::array::from_fn(|at| ours.primary[at] * self.of[at].powf(WEIGHT)));
        let mut questions = ours.questions;
        for (yes, question) in questions.iter_mut().zip(QUESTIONS) {
            if let Question::Says(intent) = question {
                let moved = presence(*yes, ours.of(intent), primary[intent as usize]);
                *yes = if intent == Intent::OptOut { yes.max(moved) } else { moved };
            }
        }
        Scores { primary, questions }
    }
}

/// How likely an intent is to be present, when it was `yes` while it was primary with probability `before`, which is `after`.
fn presence(yes: f32, before: f32, after: f32) -> f32 {
    let (first, beside) =
        if yes >= before { (1.0, (yes - before) / (1.0 - before).max(f32::EPSILON)) } else { (yes / before, 0.0) };
    after * first + (1.0 - after) * beside
}

fn normal(parts: [f32; PRIMARY]) -> [f32; PRIMARY] {
    let total = parts.iter().sum::<f32>().max(f32::MIN_POSITIVE);
    parts.map(|p| p / total)
}

/// The guard: whether the reading of `both` takes from the person what our own scores hold for them.
fn takes_away(ours: &Scores, asked: Option<Asked>, reading: &Reading, both: &Reading) -> bool {
    let likely = |intent| ours.of(intent) > LIKELY || ours.yes(Question::Says(intent)) > LIKELY;
    let binds = matches!(asked, Some(Asked::ConfirmDate | Asked::ConfirmPlan | Asked::ConfirmIdentity));
    // A stop that we hear stands, whatever else is said.
    let stop = reading.says(Intent::OptOut) && !both.says(Intent::OptOut);
    // What asks for money or commits them is not put in the place of what forbids it.
    let commits = demands(both.intent) || both.intent == Intent::Affirmation;
    let protected = commits && PROTECTED.into_iter().any(likely);
    // A yes that commits them, or that says who they are, is a yes that we read ourselves.
    let bound = binds && both.intent == Intent::Affirmation && reading.intent != Intent::Affirmation;
    stop || protected || bound
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Language, Vulnerability, acts_on};
    use crate::reading::{Context, Reader};

    fn opinion(intent: Intent, sure: f32) -> Opinion {
        let opinion = Opinion::new("other", |other| if other == intent { sure } else { (1.0 - sure) / 17.0 });
        opinion.expect("an opinion")
    }

    fn scores(primary: &[(Intent, f32)], says: &[(Intent, f32)]) -> Scores {
        let mut scores = Scores { primary: [0.0; PRIMARY], questions: [0.0; QUESTIONS.len()] };
        primary.iter().for_each(|(intent, p)| scores.primary[*intent as usize] = *p);
        for (intent, p) in says {
            let at = QUESTIONS.iter().position(|q| *q == Question::Says(*intent)).expect("a question");
            scores.questions[at] = *p;
        }
        scores
    }

    #[test]
    fn an_opinion_sums_to_one_and_rules_nothing_out() {
        let sure = Opinion::new("other", |i| if i == Intent::Promise { 7.0 } else { 0.0 }).expect("an opinion");
        assert!((Intent::ALL.map(|i| sure.of(i)).iter().sum::<f32>() - 1.0).abs() < 1e-5);
        assert!(sure.of(Intent::Promise) > 0.95 && sure.of(Intent::Dispute) > 0.001);
        for nothing in [0.0, -1.0, f32::NAN, f32::INFINITY] {
            assert_eq!(Opinion::new("other", |_| nothing), None);
        }
    }

    #[test]
    fn what_agrees_grows_surer_and_what_is_beside_stays_beside() {
        let ours = scores(
            &[(Intent::Promise, 0.4), (Intent::ExtensionRequest, 0.5), (Intent::Dispute, 0.1)],
            &[(Intent::Promise, 0.5), (Intent::ExtensionRequest, 0.4), (Intent::Hardship, 0.3), (Intent::OptOut, 0.01)],
        );
        let both = opinion(Intent::Promise, 0.9).pooled(&ours);
        assert!(both.of(Intent::Promise) > 0.9 && both.of(Intent::ExtensionRequest) < 0.1);
        assert!((both.primary.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        let yes = |intent| both.yes(Question::Says(intent));
        assert!(yes(Intent::Promise) >= both.of(Intent::Promise));
        assert!(yes(Intent::ExtensionRequest) < 0.1);
        assert!((yes(Intent::Hardship) - 0.3).abs() < 0.01, "what was never the primary one is as likely beside it");
        assert!(yes(Intent::OptOut) >= 0.01);
        for (yes, before) in [(0.5, 0.2), (0.2, 0.5), (0.0, 0.0), (1.0, 1.0), (1.0, 0.0)] {
            assert!((presence(yes, before, before) - yes).abs() < 1e-5, "who says nothing moves nothing");
        }
    }

    #[test]
    fn an_opinion_takes_nothing_away_that_we_hear_for_the_person() {
        let unclear = Reading::bare(Intent::Unclear);
        let clear = scores(&[(Intent::Promise, 0.3), (Intent::Dispute, 0.2)], &[(Intent::Dispute, 0.2)]);
        let plan = Some(Asked::ConfirmPlan);
        for (ours, asked, reading, both, taken) in [
            (clear.clone(), None, unclear.clone(), Intent::Promise, false),
            (scores(&[(Intent::Dispute, 0.21)], &[]), None, unclear.clone(), Intent::Promise, true),
            (scores(&[], &[(Intent::WrongNumber, 0.21)]), None, unclear.clone(), Intent::PlanRequest, true),
            (scores(&[(Intent::AlreadyPaid, 0.5)], &[]), None, unclear.clone(), Intent::Acknowledgment, true),
            (scores(&[(Intent::Dispute, 0.3)], &[]), plan, unclear.clone(), Intent::Affirmation, true),
            (scores(&[(Intent::Dispute, 0.3)], &[]), None, unclear.clone(), Intent::HumanRequest, false),
            (clear.clone(), None, Reading::bare(Intent::OptOut), Intent::HumanRequest, true),
            (clear.clone(), None, Reading::bare(Intent::OptOut), Intent::OptOut, false),
            (clear.clone(), plan, unclear.clone(), Intent::Affirmation, true),
            (clear.clone(), plan, Reading::bare(Intent::Affirmation), Intent::Affirmation, false),
            (clear, Some(Asked::PaymentDate), unclear, Intent::Affirmation, false),
        ] {
            let both = Reading::bare(both);
            assert_eq!(
                takes_away(&ours, asked, &reading, &both),
                taken,
                "{} for {}",
                both.intent.label(),
                reading.intent.label()
            );
        }
    }

    #[test]
    fn rules_stop_disputes_and_circumstances_stand_against_any_opinion() {
        let reader = Reader::embedded().expect("the embedded reader");
        let received_at = chrono::DateTime::parse_from_rfc3339("2026-03-12T09:14:00+01:00").expect("a time");
        for (text, asked) in [
            ("STOP", None),
            ("Stop merci de tout arrêter", None),
            ("2", Some(Asked::Menu)),
            ("oui", Some(Asked::ConfirmPlan)),
            ("j'ai déjà payé", Some(Asked::PayOrExplain)),
            ("je conteste, je n'ai jamais reçu cette commande", Some(Asked::PayOrExplain)),
            ("?!", None),
        ] {
            let context = Context { asked, received_at, language: Some(Language::FR), us_dates: false };
            let ours = reader.read(text, &context);
            for intent in Intent::ALL {
                let both = reader.read_with(text, &context, Some(&opinion(intent, 0.95)));
                assert_eq!(both, ours, "{text}, for {}", intent.label());
            }
        }
        let context = Context { asked: None, received_at, language: Some(Language::FR), us_dates: false };
        for intent in Intent::ALL {
            let stop =
                reader.read_with("arrêtez de m'écrire ou je porte plainte", &context, Some(&opinion(intent, 0.95)));
            assert!(stop.says(Intent::OptOut) && stop.signals.legal_threat, "for {}", intent.label());
        }
        let grave = reader.read_with(
            "j'ai déposé un dossier de surendettement mais bon je verrai",
            &context,
            Some(&opinion(Intent::Promise, 0.95)),
        );
        assert!(grave.signals.vulnerable.contains(&Vulnerability::Insolvency), "{grave:?}");
    }

    #[test]
    fn a_doubt_is_settled_and_the_reasons_say_by_whom() {
        let reader = Reader::embedded().expect("the embedded reader");
        let received_at = chrono::DateTime::parse_from_rfc3339("2026-03-12T09:14:00+01:00").expect("a time");
        let context =
            Context { asked: Some(Asked::PayOrExplain), received_at, language: Some(Language::FR), us_dates: false };
        let policy = crate::domain::samples::policy();
        let mut settled = 0;
        for text in ["le chat dit vendredi", "vendredi on verra", "les carottes vendredi", "le facteur vendredi"] {
            let ours = reader.read(text, &context);
            let both = reader.read_with(text, &context, Some(&opinion(Intent::Promise, 0.9)));
            assert_eq!(
                (both.intent, both.why[0].concluded.as_str()),
                (Intent::Promise, "second_opinion=other"),
                "{text}"
            );
            assert!(ours.why.iter().all(|why| !why.concluded.starts_with("second_opinion")));
            settled += usize::from(!acts_on(&ours, &policy) && acts_on(&both, &policy));
        }
        assert!(settled > 0, "one of them at least is a doubt, and is settled");
    }
}
