//! The file of replies; the rehearsal itself is held to the service by the suite.

use super::Replies;
use crate::domain::CreditorKey;

#[test]
fn a_file_of_replies_says_when_in_three_ways_and_tells_the_line_of_a_mistake() {
    let read = Replies::parse("case_ref,when,text\nA,2026-12-03 10:15,\"oui, demain\"\nA,+2d,non\nB,2026-12-04,STOP\n")
        .unwrap();
    assert_eq!(read.count(), 3);
    assert_eq!(read.of(&CreditorKey("x".into()), "A").count(), 2);
    assert_eq!(read.unknown(&["A".to_owned()].into()), ["B"]);
    for (file, expected) in [
        ("case_ref,when,text\nA,tomorrow,oui\n", "line 2: `tomorrow` is no time: write 2026-12-03 10:15"),
        ("case_ref,when,text\nA,+2d,x\nA,+,oui\n", "line 3: `+` is no time"),
        ("case_ref,text\nA,oui\n", "line 1: the column `when` is missing"),
        ("", "line 1: the column `case_ref`, `when`, `text` is missing"),
        ("case_ref,when,text,mood\nA,+1d,oui,x\n", "line 1: `mood` is no column of replies"),
        ("case_ref;when;text\nA;+1d;oui\nB;x;oui\n", "line 3: `x` is no time"),
        ("case_ref,when,text\nA,+1d\n", "line 2: it has not as many fields"),
        ("case_ref,when,text\nA,2026-02-31,oui\n", "line 2: `2026-02-31` is no time"),
    ] {
        let said = Replies::parse(file).unwrap_err().to_string();
        assert!(said.contains(expected), "{said}");
    }
}

#[test]
fn replies_of_another_creditor_are_not_heard() {
    let read = Replies::parse("case_ref,creditor,when,text\nA,one,+2d,oui\nA,,+3d,non\n").unwrap();
    assert_eq!(read.of(&CreditorKey("one".into()), "A").count(), 2);
    assert_eq!(read.of(&CreditorKey("two".into()), "A").count(), 1);
}
