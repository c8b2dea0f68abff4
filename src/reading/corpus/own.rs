//! The labelled replies of an operator, which are learnt beside those of the program.

use super::check::{broken, language_of};
use super::replies::{self, LabelledReply};
use crate::domain::Language;
use crate::reading::error::ReadingError;
use std::path::Path;

/// Reads `<lang>/*.jsonl` under `folder`, and refuses what the annotation guide does: a label learnt wrong misreads people.
///
/// # Errors
/// When nothing is there, a file stands in no folder of a language that we read, or a line is wrong; the error says where.
pub(in crate::reading) fn own(folder: &Path, languages: &[Language]) -> Result<Vec<LabelledReply>, ReadingError> {
    let codes = || languages.iter().map(|language| language.code()).collect::<Vec<_>>().join("/ or ");
    let misplaced = |path: &Path| ReadingError::Data {
        file: path.display().to_string(),
        problem: format!("replies stand in {}/, by their language", codes()),
    };
    let problem = |source| ReadingError::Corpus { path: folder.to_owned(), source };
    for entry in std::fs::read_dir(folder).map_err(problem)? {
        let path = entry.map_err(problem)?.path();
        if path.extension().is_some_and(|extension| extension == "jsonl") {
            return Err(misplaced(&path));
        }
    }
    let files = replies::files(folder)?;
    if files.is_empty() {
        return Err(misplaced(folder));
    }
    let mut replies = Vec::new();
    for path in files {
        let name = replies::name(folder, &path);
        let code = language_of(&path);
        if languages.iter().all(|language| language.code() != code) {
            return Err(misplaced(&path));
        }
        for (line, reply) in replies::numbered(&path)? {
            let mut wrong = None;
            broken(&reply, &code, &mut |problem| wrong = wrong.take().or(Some(problem)));
            if let Some(problem) = wrong {
                return Err(ReadingError::Line { path, line, problem });
            }
            replies.push(LabelledReply { file: name.clone(), ..reply });
        }
    }
    Ok(replies)
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPLY: &str = r#"{"text":"je paie mardi","lang":"fr","received_at":"2026-03-12T09:14:00+01:00","asked":null,"intent":"promise","also":[],"acknowledges":"implied","date":"2026-03-17"}"#;

    #[test]
    fn what_is_misplaced_or_mislabelled_is_refused_with_its_place() {
        for (file, lines, told) in [
            ("fr/1.jsonl", REPLY.to_owned(), None),
            ("1.jsonl", REPLY.to_owned(), Some("stand in fr/ or en/")),
            ("de/1.jsonl", REPLY.to_owned(), Some("stand in fr/ or en/")),
            ("fr/notes.txt", "nothing".to_owned(), Some("stand in fr/ or en/")),
            ("en/1.jsonl", REPLY.to_owned(), Some("line 1 of")),
            ("fr/1.jsonl", format!("{REPLY}\n{{\"text\":1}}"), Some("line 2 of")),
            ("fr/1.jsonl", REPLY.replace("2026-03-17", "2026-03-01"), Some("before the message")),
        ] {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(&path, lines).expect("a file");
            let read = own(folder.path(), &[Language::FR, Language::EN]).map(|replies| replies.len());
            match told {
                None => assert_eq!(read.expect("a labelled reply"), 1),
                Some(told) => {
                    let problem = read.expect_err(file).to_string();
                    assert!(
                        problem.contains(told) && problem.contains(&folder.path().display().to_string()),
                        "{problem}"
                    );
                }
            }
        }
    }
}
