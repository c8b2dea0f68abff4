//! Files as creditors really export them, and files that are wrong.

use super::line::minor_units;
use super::*;
use crate::config;
use crate::domain::{Creditor, PhoneOrigin};

fn creditors() -> Vec<Creditor> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("relance.toml");
    std::fs::write(&path, config::EXAMPLE).unwrap();
    config::load(Some(&path), []).unwrap().creditors().unwrap()
}

fn read(text: impl AsRef<[u8]>) -> Portfolio {
    read_portfolio(text.as_ref(), &creditors()).unwrap()
}

fn faults(portfolio: &Portfolio) -> Vec<(u64, &str)> {
    portfolio.rejections.iter().map(|r| (r.line, r.column.as_str())).collect()
}

const HEADING: &str =
    "case_ref,creditor,debtor_name,phone,amount,due_on,origin,issued_on,email,segment,currency,language\n";

#[test]
fn a_french_export_with_mark_semicolons_and_commas_reads_like_an_iso_one() {
    let french = "\u{feff}case_ref;creditor;debtor_name;phone;amount;due_on\r\nD-1;atelier-lumen;Zoé Ávila;06 12 34 56 78;\"1 234,50 €\";31/10/2026\r\n";
    let iso = "due_on,amount,phone,debtor_name,creditor,case_ref,unused\n2026-10-31,1234.5,+33612345678,Zoé Ávila,atelier-lumen,D-1,x\n";
    let (french, iso) = (read(french), read(iso));
    assert!(french.rejections.is_empty() && iso.rejections.is_empty());
    assert_eq!(french.rows[0].amount, iso.rows[0].amount);
    assert_eq!(french.rows[0].due_on, iso.rows[0].due_on);
    assert_eq!(french.rows[0].phone, iso.rows[0].phone);
    assert_eq!(french.rows[0].origin, PhoneOrigin::Unknown, "what nobody wrote is unknown");
}

#[test]
fn each_fault_is_named_with_its_line_and_column_and_the_good_lines_go_in() {
    let lines = [
        "D-1,atelier-lumen,A,0612345678,10,2026-10-31,contract,,,,,",
        ",atelier-lumen,A,0612345678,10,2026-10-31,,,,,,",
        "D-3,nobody,A,0612345678,10,2026-10-31,,,,,,",
        "D-4,atelier-lumen,A,0145678901,10,2026-10-31,,,,,,",
        "D-5,atelier-lumen,A,0612345678,\"1,234\",2026-10-31,,,,,,",
        "D-6,atelier-lumen,A,0612345678,0,2026-10-31,,,,,,",
        "D-7,atelier-lumen,A,0612345678,10,31/31/2026,,,,,,",
        "D-8,atelier-lumen,A,0612345678,10,2026-10-31,friend,,,,,",
        "D-9,atelier-lumen,A,0612345678,10,2026-10-31,,2026-11-01,,,,",
        "D-10,atelier-lumen,A,0612345678,10,2026-10-31,,,not an email,,,",
        "D-11,atelier-lumen,A,0612345678,10,2026-10-31,,,,vip,,",
        "D-12,atelier-lumen,A,0612345678,10,2026-10-31,,,,,BTC,",
        "D-13,atelier-lumen,A,0612345678,10,2026-10-31,,,,,,français",
        "D-1,atelier-lumen,B,0612345678,10,2026-10-31,,,,,,",
        "D-15,atelier-lumen",
        "",
    ];
    let portfolio = read(format!("{HEADING}{}", lines.join("\n")));
    assert_eq!(portfolio.rows.len(), 1);
    let expected = [
        (3, "case_ref"),
        (4, "creditor"),
        (5, "phone"),
        (6, "amount"),
        (7, "amount"),
        (8, "due_on"),
        (9, "origin"),
        (10, "due_on"),
        (11, "email"),
        (12, "segment"),
        (13, "currency"),
        (14, "language"),
        (15, "case_ref"),
        (16, "phone"),
    ];
    assert_eq!(faults(&portfolio), expected);
}

#[test]
fn a_line_in_another_encoding_is_refused_alone() {
    let mut bytes = HEADING.as_bytes().to_vec();
    bytes.extend(
        b"D-1,atelier-lumen,Andr\xe9,0612345678,10,2026-10-31\nD-2,atelier-lumen,Andre,0612345678,10,2026-10-31\n",
    );
    let portfolio = read(bytes);
    assert_eq!((portfolio.rows.len(), faults(&portfolio)), (1, vec![(2, "")]));
}

#[test]
fn a_file_without_its_heading_is_refused_whole() {
    assert_eq!(read_portfolio(b"", &[]).err(), Some(PortfolioError::Empty));
    assert_eq!(read_portfolio(b"a,b\n1,2", &[]).err(), Some(PortfolioError::MissingColumn("case_ref")));
}

#[test]
fn amounts_are_read_to_the_cent_or_refused() {
    for (text, expected) in [
        ("10", Some(1_000)),
        ("10.5", Some(1_050)),
        ("10,55", Some(1_055)),
        ("1 234,56", Some(123_456)),
        ("1.234,56 €", Some(123_456)),
        ("1,234.56", Some(123_456)),
        ("1\u{202f}234,56", Some(123_456)),
        ("1234567.89", Some(123_456_789)),
        ("1,234", None),
        ("1.2.3,4", None),
        ("1,,2", None),
        ("10,", None),
        ("-5", None),
        ("dix", None),
        ("", None),
        ("1,23,45", None),
        ("99999999999999999999", None),
    ] {
        assert_eq!(minor_units(text), expected, "{text}");
    }
}
