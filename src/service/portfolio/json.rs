//! Cases and payments as JSON: an array of objects, or one object per line, whose keys are the fields' names.

use super::cells::{Cells, Fault, Rejection};
use super::entry::{Doubles, Entry};
use super::field::{Field, Places};
use super::file::Batch;
use super::profile::Profile;
use crate::domain::Creditor;
use crate::parse_error::suggestion;
use serde_json::Value;

/// Reads cases, or payments, from JSON. Their numbers are counted from 1, as lines of a file are. A bad one is refused alone.
///
/// # Errors
/// When the text is neither an array nor objects, with what is wrong and where.
pub fn read_json<T: Entry>(text: &str, creditors: &[Creditor]) -> Result<Batch<T>, String> {
    let objects: Vec<Value> = if text.trim_start().starts_with('[') {
        serde_json::from_str(text).map_err(|error| no_json(&error))?
    } else {
        let lines = serde_json::Deserializer::from_str(text).into_iter();
        lines.collect::<Result<_, _>>().map_err(|error| no_json(&error))?
    };
    let profile = Profile::default();
    let mapping = T::mapping(&profile)?;
    let places: Places = (0..T::Field::ALL.len()).map(|at| vec![at]).collect();
    let mut batch = Batch { lines: objects.len() as u64, ..Batch::default() };
    let mut doubles = Doubles::default();
    for (number, object) in (1..).zip(objects) {
        let (raw, mut faults) = fields::<T::Field>(&object);
        let cells = Cells { raw: &raw, places: &places, mapping, profile: &profile, creditors, line: number };
        match T::read(&cells).and_then(|row| doubles.refuse(row)) {
            Ok(row) if faults.is_empty() => batch.rows.push(row),
            Ok(_) => batch.rejections.push(Rejection { line: number, faults, raw }),
            Err(others) => {
                // What cannot be a value is not told again as one that is missing.
                let told: Vec<String> = faults.iter().map(|fault| fault.column.clone()).collect();
                faults.extend(others.into_iter().filter(|fault| !told.contains(&fault.column)));
                batch.rejections.push(Rejection { line: number, faults, raw });
            }
        }
    }
    Ok(batch)
}

/// Where a text stops being JSON, and what is taken.
fn no_json(error: &serde_json::Error) -> String {
    format!(
        "line {}, column {}: this is no JSON ({error}): write an array of objects, or one object per line",
        error.line(),
        error.column()
    )
}

/// The fields of one object in their order, and what is wrong with its keys.
fn fields<F: Field>(object: &Value) -> (Vec<String>, Vec<Fault>) {
    let mut raw = vec![String::new(); F::ALL.len()];
    let Value::Object(object) = object else {
        return (raw, vec![Fault::new("", "this is not an object: write {\"case_ref\": …, …}")]);
    };
    let mut faults = Vec::new();
    for (key, value) in object {
        match (F::parse(key), value) {
            (Some(field), Value::String(text)) => raw[field.place()] = text.replace('\0', "").trim().to_owned(),
            (Some(field), Value::Number(number)) => raw[field.place()] = number.to_string(),
            (Some(_), Value::Null) => {}
            (Some(_), _) => faults.push(Fault::new(key, "write a text or a number")),
            (None, _) => {
                let likely = suggestion(key, F::ALL.iter().map(|field| field.label()));
                faults.push(Fault::new(key, format!("no such field: there are {}{likely}", F::labels())));
            }
        }
    }
    (raw, faults)
}

#[cfg(test)]
mod tests {
    use super::super::PortfolioRow;
    use super::super::tests::creditors;
    use super::*;

    fn read(text: &str) -> Result<Batch<PortfolioRow>, String> {
        read_json(text, &creditors())
    }

    const GOOD: &str = r#"{"case_ref":"D-1","creditor":"atelier-lumen","debtor_name":"A","phone":"0612345678","amount":120.5,"due_on":"2026-10-31"}"#;

    #[test]
    fn an_array_and_lines_are_read_alike() {
        let array = read(&format!("[{GOOD}]")).unwrap();
        let lines = read(&format!("{GOOD}\n{}\n", GOOD.replace("D-1", "D-2"))).unwrap();
        assert!(array.rejections.is_empty() && lines.rejections.is_empty());
        assert_eq!((array.lines, lines.rows.len()), (1, 2));
        assert_eq!(array.rows[0].amount.minor, 12_050);
        assert!(array.rows[0] == lines.rows[0]);
    }

    #[test]
    fn every_fault_of_an_object_is_told_and_the_others_go_in() {
        let bad = r#"{"case_ref":"D-2","creditor":"atelier-lumen","colour":"red","debtor_name":["B"],"phone":"12","amount":1,"due_on":"x"}"#;
        let batch = read(&format!("[{GOOD},{bad},7,{GOOD}]")).unwrap();
        assert_eq!(batch.rows.len(), 1);
        let faults: Vec<(u64, Vec<&str>)> = batch
            .rejections
            .iter()
            .map(|rejection| (rejection.line, rejection.faults.iter().map(|fault| fault.column.as_str()).collect()))
            .collect();
        assert_eq!(faults[0], (2, vec!["colour", "debtor_name", "phone", "due_on"]));
        let misspelt = read(&GOOD.replace("creditor", "creditr")).unwrap();
        assert!(misspelt.rejections[0].faults[0].reason.ends_with("did you mean `creditor`?"));
        assert_eq!(faults[1].1[0], "");
        assert_eq!(faults[2], (4, vec!["case_ref"]));
        assert!(read("{\"case_ref\":").is_err_and(|said| said.contains("line 1")));
    }
}
