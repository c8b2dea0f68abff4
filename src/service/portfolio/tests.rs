//! Files as creditors really export them, and files that are wrong.

use super::values::minor_units;
use super::*;
use crate::config;
use crate::domain::{Creditor, Jurisdiction, PaymentKind, PhoneOrigin};

pub(super) fn creditors() -> Vec<Creditor> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("relance.toml");
    std::fs::write(&path, config::EXAMPLE).unwrap();
    config::load(Some(&path), []).unwrap().creditors().unwrap()
}

fn read(text: impl AsRef<[u8]>) -> Portfolio {
    read_portfolio(text.as_ref(), &creditors()).unwrap()
}

fn faults(portfolio: &Portfolio) -> Vec<(u64, Vec<&str>)> {
    fn columns(r: &Rejection) -> Vec<&str> {
        r.faults.iter().map(|fault| fault.column.as_str()).collect()
    }
    portfolio.rejections.iter().map(|r| (r.line, columns(r))).collect()
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
        "D-14,atelier-lumen,A,0612345678,10,2026-10-31,,,,,,de",
        "D-1,atelier-lumen,B,0612345678,10,2026-10-31,,,,,,",
        "D-15,atelier-lumen",
        "",
    ];
    let portfolio = read(format!("{HEADING}{}", lines.join("\n")));
    assert_eq!(portfolio.rows.len(), 1);
    let expected = [
        (3, vec!["case_ref"]),
        (4, vec!["creditor"]),
        (5, vec!["phone"]),
        (6, vec!["amount"]),
        (7, vec!["amount"]),
        (8, vec!["due_on"]),
        (9, vec!["origin"]),
        (10, vec!["due_on"]),
        (11, vec!["email"]),
        (12, vec!["segment"]),
        (13, vec!["currency"]),
        (14, vec!["language"]),
        (15, vec!["language"]),
        (16, vec!["case_ref"]),
        (17, vec!["debtor_name", "phone", "amount", "due_on"]),
    ];
    assert_eq!(faults(&portfolio), expected);
}

#[test]
fn what_is_wrong_with_a_cell_is_told_with_what_it_says_and_what_to_write() {
    let heading = "case_ref,creditor,debtor_name,phone,amount,due_on,origin,segment,currency,basis\n";
    for (line, column, expected) in [
        (
            "D,atelier-lumn,A,0612345678,1,2026-10-31",
            "creditor",
            "no creditor `atelier-lumn` (there are: atelier-lumen): did you mean `atelier-lumen`?",
        ),
        (
            "D,atelier-lumen,A,0612,1,2026-10-31",
            "phone",
            "« 0612 »: no such number exists in that country: write all its digits",
        ),
        ("D,atelier-lumen,A,0142345678,1,2026-10-31", "phone", "« 0142345678 »: this is not a mobile number"),
        ("D,atelier-lumen,A,0612345678,12.345,2026-10-31", "amount", "« 12.345 » is no amount: write it as 1234.56"),
        ("D,atelier-lumen,A,0612345678,1,31/02/2026", "due_on", "« 31/02/2026 » is no day of the calendar"),
        ("D,atelier-lumen,A,0612345678,1,demain", "due_on", "« demain » is no date: write it as 2026-10-31"),
        ("D,atelier-lumen,A,0612345678,1,2026-10-31,zut", "origin", "« zut » means nothing here: write contract,"),
        ("D,atelier-lumen,A,0612345678,1,2026-10-31,,pro", "segment", "« pro » means nothing here: write consumer,"),
        ("D,atelier-lumen,A,0612345678,1,2026-10-31,,,JPY", "currency", "« JPY » is no currency of ours: write EUR,"),
        ("D,atelier-lumen,A,0612345678,1,2026-10-31,,,,zut", "basis", "« zut » means nothing here: write contract,"),
    ] {
        let portfolio = read(format!("{heading}{line}\n"));
        let told = &portfolio.rejections[0].faults[0];
        assert_eq!(told.column, column, "{line}");
        assert!(told.reason.contains(expected), "{}", told.reason);
    }
    let missing = read_portfolio(b"case_ref,phone\n1,2", &[]).err().unwrap().to_string();
    assert_eq!(
        missing,
        "the columns `creditor`, `debtor_name`, `due_on`, `amount` are missing; the first line names the columns, separated \
         by commas, semicolons or tabs: it has case_ref, phone"
    );
}

#[test]
fn a_line_in_another_encoding_is_refused_alone() {
    let mut bytes = HEADING.as_bytes().to_vec();
    bytes.extend(
        b"D-1,atelier-lumen,Andr\xe9,0612345678,10,2026-10-31\nD-2,atelier-lumen,Andre,0612345678,10,2026-10-31\n",
    );
    let portfolio = read(bytes);
    assert_eq!((portfolio.rows.len(), faults(&portfolio)), (1, vec![(2, vec![""])]));
}

#[test]
fn a_file_without_its_heading_is_refused_whole() {
    assert!(matches!(read_portfolio(b"", &[]), Err(PortfolioError::Empty)));
    let missing = read_portfolio(b"a,b\n1,2", &[]);
    assert!(matches!(missing, Err(PortfolioError::MissingColumns { missing, .. }) if missing[0] == "case_ref"));
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
        assert_eq!(minor_units(text, None), expected, "{text}");
    }
}

#[test]
fn a_known_decimal_mark_settles_what_could_be_either() {
    for (text, mark, expected) in [
        ("1,234", '.', Some(123_400)),
        ("1,234", ',', None),
        ("1.234", ',', Some(123_400)),
        ("1.540,25", ',', Some(154_025)),
        ("12.5000", '.', Some(1_250)),
        ("12.5001", '.', None),
        ("1,150.00", '.', Some(115_000)),
    ] {
        assert_eq!(minor_units(text, Some(mark)), expected, "{text} with {mark}");
    }
}

const ITEMS: &str = "case_ref,creditor,debtor_name,phone,due_on,segment,amount,balance,principal,interest,fees,basis,letter_reference,letter_sent_on,letter_hash,limitation_on,postcode\n";

#[test]
fn the_items_add_up_and_no_fee_is_asked_of_a_consumer() {
    let line = |n: u32, rest: &str| format!("D-{n},atelier-lumen,A,0612345678,2026-10-31,{rest}\n");
    let hash = "a".repeat(64);
    let lines = [
        line(1, "business,120,,100,10,10,legitimate_interest,,,,,"),
        line(2, "consumer,,,100,10,,,L-7,2026-11-02,,2028-10-31,"),
        line(3, ",110,,100,10,10,,,,,,"),
        line(4, "business,121,,100,10,10,,,,,,"),
        line(5, ",110,,,10,,,,,,,"),
        line(6, ",,,,,,,,,,,"),
        line(7, ",10,,,,,guess,,,,,"),
        line(8, ",10,,,,,,L-7,,,,"),
        line(9, &format!(",10,,,,,,,,{hash},,")),
        line(10, ",10,,,,,,L-7,2026-11-02,abc,,"),
        line(11, ",10,,,,,,,,,2026-10-31,"),
        line(12, ",,-10,,,,,,,,,"),
        line(13, &format!(",,95.50,,,,consent,L-7,2026-11-02,{hash},,")),
    ];
    let portfolio = read(format!("{ITEMS}{}", lines.concat()));
    let sums: Vec<_> = portfolio.rows.iter().map(|row| (row.amount.minor, row.is_balance)).collect();
    assert_eq!(sums, [(12_000, false), (11_000, false), (9_550, true)]);
    let first = portfolio.rows[0].particulars.items.unwrap();
    assert_eq!((first.principal, first.interest, first.fees), (10_000, 1_000, 1_000));
    assert_eq!(portfolio.rows[1].letter.as_ref().unwrap().reference, "L-7");
    assert_eq!(portfolio.rows[2].particulars.letter_hash.as_deref(), Some(hash.as_str()));
    let expected = [
        (4, vec!["fees"]),
        (5, vec!["amount"]),
        (6, vec!["principal"]),
        (7, vec!["amount"]),
        (8, vec!["basis"]),
        (9, vec!["letter_sent_on"]),
        (10, vec!["letter_reference"]),
        (11, vec!["letter_hash"]),
        (12, vec!["limitation_on"]),
        (13, vec!["balance"]),
    ];
    assert_eq!(faults(&portfolio), expected);
}

#[test]
fn a_number_of_the_pacific_is_known_by_its_postcode() {
    let line = "D-1,atelier-lumen,A,87 12 34 56,2026-10-31,,10,,,,,,,,,,98714\n";
    assert_eq!(read(format!("{ITEMS}{line}")).rows[0].phone.as_str(), "+68987123456");
    assert_eq!(faults(&read(format!("{ITEMS}{}", line.replace("98714", "69003")))), [(2, vec!["phone"])]);
}

/// What each sample says: names, numbers, cents still due, days due.
#[test]
fn the_exports_of_usual_tools_are_read_by_their_profiles() {
    let french = creditors();
    let abroad = |jurisdiction| {
        let mut creditors = creditors();
        creditors[0].jurisdiction = jurisdiction;
        creditors
    };
    let (uk, us) = (abroad(Jurisdiction::Uk), abroad(Jurisdiction::Us));
    for (profile, file, creditors, expected) in [
        (
            "sage-fr",
            "sage-fr.csv",
            &french,
            [
                ("Benoît Hélène", "+33645102030", 128_460, "2026-10-05"),
                ("Garage de l'Étang", "+33645102031", 34_500, "2026-10-11"),
                ("Morel François", "+33781223344", 9_690, "2026-10-18"),
            ],
        ),
        (
            "ebp",
            "ebp.csv",
            &french,
            [
                ("Menuiserie Châtaigner", "+33645203041", 312_000, "2026-10-02"),
                ("Zoé Périer", "+33645203042", 11_840, "2026-10-07"),
                ("Noël Aubry", "+33645203043", 6_400, "2026-10-09"),
            ],
        ),
        (
            "cegid",
            "cegid.csv",
            &french,
            [
                ("Duval Sébastien", "+33645304051", 154_025, "2026-10-04"),
                ("Imprimerie du Nord", "+33645304052", 72_000, "2026-10-08"),
                ("Payet Marie-Andrée", "+262692304053", 4_400, "2026-10-12"),
            ],
        ),
        (
            "pennylane",
            "pennylane.csv",
            &french,
            [
                ("Atelier Bleu Nuit", "+33645405061", 120_000, "2026-10-03"),
                ("Inès Chevalier", "+33645405062", 7_550, "2026-10-09"),
                ("Owen Hughes", "+33645405063", 7_200, "2026-10-14"),
            ],
        ),
        (
            "quadra",
            "quadra.txt",
            &french,
            [
                ("Legrand Rémi", "+33645506071", 45_670, "2026-10-01"),
                ("Pharmacie Élysée", "+33645506072", 31_000, "2026-10-03"),
                ("Rousseau Gaëlle", "+33645506073", 5_990, "2026-10-08"),
            ],
        ),
        (
            "xero",
            "xero.csv",
            &uk,
            [
                ("Harriet Poole", "+447400123451", 48_000, "2026-10-04"),
                ("Bright & Co, Joiners", "+447400123452", 142_000, "2026-10-10"),
                ("Ifan Rees", "+447400123453", 7_560, "2026-10-15"),
            ],
        ),
        (
            "quickbooks-uk",
            "quickbooks-uk.csv",
            &uk,
            [
                ("Nadia Rahman", "+447400223451", 115_000, "2026-10-02"),
                ("Fell View Kitchens Ltd", "+447400223452", 24_000, "2026-10-05"),
                ("Callum Reid", "+447400223453", 8_820, "2026-10-11"),
            ],
        ),
        (
            "quickbooks-us",
            "quickbooks-us.csv",
            &us,
            [
                ("Dana Whitfield", "+12127365041", 115_000, "2026-10-02"),
                ("Sunset Tile LLC", "+14157365042", 24_000, "2026-10-15"),
                ("Miguel Ortega", "+13057365043", 8_820, "2026-10-30"),
            ],
        ),
        (
            "sage-uk",
            "sage-uk.csv",
            &uk,
            [
                ("Patel & Sons", "+447400323451", 234_000, "2026-10-03"),
                ("Siân O'Connor", "+447400323452", 11_250, "2026-10-08"),
                ("Webb Deborah", "+447400323453", 5_999, "2026-10-14"),
            ],
        ),
    ] {
        let bytes = std::fs::read(format!("{}/fixtures/portfolio/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        let profile = Profile::find(profile, None).unwrap();
        let profile = profile.with_default("creditor", "atelier-lumen").with_default("basis", "consent");
        let batch = ImportFile::<_, PortfolioRow>::open(&bytes[..], profile, creditors.clone())
            .unwrap()
            .next_batch(100)
            .unwrap()
            .unwrap();
        let refused: Vec<_> = batch.rejections.iter().map(|r| (r.line, &r.faults)).collect();
        assert!(refused.is_empty(), "{file}: {refused:?}");
        let read: Vec<_> = batch
            .rows
            .iter()
            .map(|row| (row.debtor_name.as_str(), row.phone.as_str(), row.amount.minor, row.due_on.to_string()))
            .collect();
        let expected: Vec<_> =
            expected.iter().map(|(name, phone, due, on)| (*name, *phone, *due, (*on).to_owned())).collect();
        assert_eq!(read, expected, "{file}");
        assert!(batch.rows.iter().all(|row| row.is_balance), "{file}");
    }
}

#[test]
fn the_postal_addresses_of_usual_tools_are_read() {
    for (profile, jurisdiction, expected) in [
        ("sage-fr", Jurisdiction::Fr, "14 rue des Canuts, Bât. B, 69007 Lyon"),
        ("ebp", Jurisdiction::Fr, "ZA des Chênes, 18 rue du Rabot, 44100 Nantes"),
        ("pennylane", Jurisdiction::Fr, "22 rue de Paradis, 75010 Paris"),
        ("sage-uk", Jurisdiction::Uk, "4 Granby Street, Leicester, LE1 5WW"),
        ("xero", Jurisdiction::Uk, "12 Mill Lane, Leeds, LS1 4AP"),
    ] {
        let bytes = std::fs::read(format!("{}/fixtures/portfolio/{profile}.csv", env!("CARGO_MANIFEST_DIR"))).unwrap();
        let mut creditors = creditors();
        creditors[0].jurisdiction = jurisdiction;
        let known = Profile::find(profile, None).unwrap().with_default("creditor", "atelier-lumen");
        let batch = ImportFile::<_, PortfolioRow>::open(&bytes[..], known, creditors).unwrap().next_batch(1).unwrap();
        let row = &batch.unwrap().rows[0];
        let address = row.particulars.address.as_ref().unwrap();
        assert_eq!(address.lines(row.postcode.as_deref(), jurisdiction).join(", "), expected, "{profile}");
    }
}

#[test]
fn a_street_of_several_lines_in_one_cell_is_as_many_lines() {
    let csv = "case_ref,creditor,debtor_name,phone,amount,due_on,address_1,address_2,city\n\
               D-1,atelier-lumen,A,0612345678,10,2026-10-31,\"Bât. B\n 12 rue des Lilas\",,\"Le\nMans\"";
    let portfolio = read(csv);
    let address = portfolio.rows[0].particulars.address.clone().unwrap();
    assert_eq!(
        (address.street.join("|"), address.city.as_deref()),
        ("Bât. B|12 rue des Lilas".into(), Some("Le Mans"))
    );
    let without =
        read("case_ref,creditor,debtor_name,phone,amount,due_on\nD-1,atelier-lumen,A,0612345678,10,2026-10-31");
    assert_eq!(without.rows[0].particulars.address, None);
}

#[test]
fn in_the_united_states_nobody_supposes_a_consent() {
    let bytes = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/portfolio/quickbooks-us.csv")).unwrap();
    let mut creditors = creditors();
    creditors[0].jurisdiction = Jurisdiction::Us;
    let profile = Profile::find("quickbooks-us", None).unwrap().with_default("creditor", "atelier-lumen");
    let batch =
        ImportFile::<_, PortfolioRow>::open(&bytes[..], profile, creditors).unwrap().next_batch(100).unwrap().unwrap();
    assert_eq!((batch.rows.len(), batch.rejections[0].faults[0].column.as_str()), (0, "basis"));
}

fn payments(bytes: &[u8], profile: Profile) -> Batch<PaymentLine> {
    let profile = profile.with_default("creditor", "atelier-lumen");
    ImportFile::open(bytes, profile, creditors()).unwrap().next_batch(100).unwrap().unwrap()
}

#[test]
fn the_payments_of_accounting_tools_are_read() {
    for (profile, file, expected) in [
        (
            "sage-fr",
            "sage-fr-payments.csv",
            [("FA004512", 28_460, "2026-10-15", "cheque"), ("FA004533", 134_500, "2026-10-16", "transfer")],
        ),
        (
            "xero",
            "xero-payments.csv",
            [("INV-0412", 20_000, "2026-10-20", "transfer"), ("INV-0418", 142_000, "2026-10-21", "transfer")],
        ),
    ] {
        let bytes = std::fs::read(format!("{}/fixtures/portfolio/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        let batch = payments(&bytes, Profile::find(profile, None).unwrap());
        assert!(batch.rejections.is_empty(), "{file}");
        let named = |line: &PaymentLine| line.case_ref.clone().or(line.invoice.clone()).unwrap();
        let read: Vec<_> = batch
            .rows
            .iter()
            .map(|line| (named(line), line.minor, line.received_on.to_string(), line.means.clone()))
            .collect();
        assert_eq!(
            read,
            expected.map(|(of, minor, on, means)| (of.to_owned(), minor, on.to_owned(), means.to_owned()))
        );
        assert!(batch.rows.iter().all(|line| line.reference.is_some()), "{file}");
    }
    let untold = ImportFile::<_, PaymentLine>::open(&b"a"[..], Profile::find("cegid", None).unwrap(), creditors());
    assert!(untold.err().unwrap().to_string().contains("[payments.columns]"));
}

#[test]
fn the_sample_of_payments_is_read_with_what_went_back() {
    let bytes = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/portfolio/payments.csv")).unwrap();
    let batch = payments(&bytes, Profile::default());
    assert!(batch.rejections.is_empty());
    let read: Vec<_> = batch.rows.iter().map(|line| (line.kind, line.minor)).collect();
    let (came, back) = (PaymentKind::Payment, PaymentKind::Reversal);
    assert_eq!(read, [(came, 5_000), (came, 34_990), (back, 5_000)]);
    let negative = b"case_ref,amount,received_on,kind\nA,-5,2026-10-01,reversal\nA,(5.00),2026-10-01,\n";
    let batch = payments(negative, Profile::default());
    assert_eq!((batch.rows[0].minor, batch.rejections[0].faults[0].column.as_str()), (500, "amount"));
}
