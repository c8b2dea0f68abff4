//! Answers that several replies lead to.

use super::{Draft, Recall};
use crate::domain::{Event, Message, SuppressionReason, TaskKind};

/// Not the person: nothing more leaves for this number, and one apology says nothing of a debt.
pub(super) fn wrong_number(d: &mut Draft) {
    d.rule("wrong_number.unlinked");
    d.task(TaskKind::DataRepair);
    if d.case.phone.suppressed.is_none() {
        d.recall(Recall::Everything);
        d.record(Event::Suppressed { reason: SuppressionReason::WrongNumber });
        d.say(Message::WrongNumberApology);
    }
}

/// The first time, a menu; the second time in a row, a human.
pub(super) fn misunderstood(d: &mut Draft) {
    d.record(Event::Misunderstood);
    let menu_was_no_help = d.case.conversation.last_said == Some(Message::Menu);
    if d.case.conversation.misunderstood >= 2 || menu_was_no_help {
        d.rule("unclear.second_time");
        d.say(Message::HandedOver);
        d.hand_over(TaskKind::NotUnderstood);
    } else {
        d.rule("unclear.menu");
        d.say(Message::Menu);
    }
}

pub(super) fn case_info(d: &mut Draft) {
    let debt = &d.case.debt;
    let message = Message::CaseInfo { amount: debt.balance(), issued_on: debt.issued_on, due_on: debt.due_on };
    d.say(message);
}
