//! What holds of every reading, whatever was sent: for the suite and for the fuzzer.

use chrono::{DateTime, Days, FixedOffset};
use relance::domain::{Asked, Language, Reading};
use relance::reading::{Context, Reader, masked};

/// Payments are offered within so many days, years that are said in full among them.
const FARTHEST: u64 = 3_653;

/// Reads bytes: the first three choose what was asked, the day and the language, the others are the message.
pub fn check(reader: &Reader, bytes: &[u8]) {
    let Some(([asked, day, place], message)) = bytes.split_first_chunk::<3>() else { return };
    let text = String::from_utf8_lossy(message);
    let context = context(*asked, *day, *place);
    let reading = reader.read(&text, &context);
    assert_eq!(reading, reader.read(&text, &context), "the same message is read the same way twice: {text:?}");
    let hidden = masked(&text);
    assert!(reading.secrets || hidden.is_none(), "what is masked is told: {text:?}");
    is_sound(&reading, hidden.as_deref().unwrap_or(&text), &context);
}

fn context(asked: u8, day: u8, place: u8) -> Context {
    let first: DateTime<FixedOffset> = "2026-01-01T23:30:00+14:00".parse().expect("a moment");
    let asked = Asked::ALL.get(usize::from(asked) % (Asked::ALL.len() + 1)).copied();
    let languages = [Some(Language::FR), Some(Language::EN), None, Language::parse("es")];
    let language = languages[usize::from(place) % languages.len()];
    let received_at = first + Days::new(u64::from(day) * 3);
    Context { asked, received_at, language, us_dates: place > 127 }
}

fn is_sound(reading: &Reading, text: &str, context: &Context) {
    for share in [reading.confidence, reading.risk, reading.admission_risk] {
        assert!((0.0..=1.0).contains(&share), "{share} of {text:?}");
    }
    let stands_beside =
        |intent: &_| reading.intent != *intent && reading.also.iter().filter(|i| *i == intent).count() == 1;
    assert!(reading.also.iter().all(stands_beside), "{:?} beside {:?} of {text:?}", reading.also, reading.intent);
    assert!(reading.also.iter().all(|intent| intent.can_be_secondary()), "{:?} of {text:?}", reading.also);
    let words = |why: &&relance::domain::Reason| !text.contains(&why.words);
    assert_eq!(reading.why.iter().find(words), None, "the words are the person's: {text:?}");
    let today = context.received_at.date_naive();
    let reach = today..=today + Days::new(FARTHEST);
    assert!(reading.date.is_none_or(|date| reach.contains(&date)), "{:?} of {text:?}", reading.date);
    let amounts = [reading.amount_minor, reading.plan.instalment_minor];
    assert!(amounts.iter().flatten().all(|minor| *minor > 0), "{amounts:?} of {text:?}");
    assert!(reading.plan.instalments.is_none_or(|n| n > 0), "{:?} of {text:?}", reading.plan);
}
