//! An operator's own templates: files of the same names, which take the place of those in the program, and variants of them,
//! which stand beside.

use super::WordingError;
use super::catalogue::FOLDERS;
use super::template::{Template, VARIANT};
use crate::domain::Language;
use crate::domain::campaign::check_name;
use std::fs;
use std::path::Path;

/// The templates of the program.
///
/// # Errors
/// When one of them is mistaken: a defect.
pub(super) fn shipped(language: Language) -> Result<Vec<Template>, WordingError> {
    let code = language.code();
    let shipped = FOLDERS.iter().filter(|folder| folder.code == code).flat_map(|folder| folder.templates);
    shipped.map(|(name, source)| Template::parse(name, &format!("{code}/{name}.txt"), source, language)).collect()
}

/// The templates of the operator: those of the same names as `shipped`, and variants of them.
///
/// # Errors
/// When a file of the folder is no template of ours, cannot be read, has a front matter that does not fit, or no author.
pub(super) fn own(root: &Path, language: Language, shipped: &[Template]) -> Result<Vec<Template>, WordingError> {
    let folder = root.join(language.code());
    let files = if folder.is_dir() { files(&folder)? } else { Vec::new() };
    let read = |file: std::path::PathBuf| {
        let relative = file.strip_prefix(&folder).unwrap_or(&file).to_string_lossy().replace('\\', "/");
        let shown = file.display().to_string();
        let name = relative.strip_suffix(".txt").unwrap_or_default();
        let (usual, variant) = name.split_once(VARIANT).map_or((name, None), |(usual, variant)| (usual, Some(variant)));
        if !shipped.iter().any(|template| template.name == usual) {
            let nearest = nearest(&relative, shipped);
            let problem = format!("no template has this name: did you mean {language}/{nearest}.txt?");
            return Err(WordingError::File { file: shown, line: 1, problem });
        }
        if let Some(Err(fault)) = variant.map(check_name) {
            return Err(WordingError::File { file: shown, line: 1, problem: fault.to_string() });
        }
        let source = fs::read_to_string(&file).map_err(|source| WordingError::Unreadable { path: file, source })?;
        let template = Template::parse(name, &shown, &source, language)?;
        if template.front.author.as_deref().is_none_or(|author| author.trim().is_empty()) {
            let problem = "write `author = \"…\"`, who wrote it: somebody else approves it".to_owned();
            return Err(WordingError::File { file: shown, line: 2, problem });
        }
        Ok(template)
    };
    files.into_iter().map(read).collect()
}

/// Refuses a folder that is not there, or that holds something else than languages we write.
pub(super) fn check(root: &Path) -> Result<(), WordingError> {
    for path in entries(root)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !path.is_dir() || !FOLDERS.iter().any(|folder| folder.code == name) {
            let codes: Vec<_> = FOLDERS.iter().map(|folder| folder.code).collect();
            let problem = format!("it is not expected here: put templates in the folders {}", codes.join(" and "));
            return Err(WordingError::File { file: path.display().to_string(), line: 1, problem });
        }
    }
    Ok(())
}

/// All files below a folder, in the order of their names.
fn files(folder: &Path) -> Result<Vec<std::path::PathBuf>, WordingError> {
    let mut found = Vec::new();
    for path in entries(folder)? {
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}

/// What a folder holds, but for what editors leave there.
fn entries(folder: &Path) -> Result<Vec<std::path::PathBuf>, WordingError> {
    let unreadable = |source| WordingError::Unreadable { path: folder.to_owned(), source };
    let entries = fs::read_dir(folder).map_err(unreadable)?.map(|entry| entry.map(|entry| entry.path()));
    let mut paths = entries.collect::<Result<Vec<_>, _>>().map_err(unreadable)?;
    paths.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        !name.starts_with('.') && !name.ends_with('~')
    });
    paths.sort();
    Ok(paths)
}

fn nearest<'a>(name: &str, templates: &'a [Template]) -> &'a str {
    let name = name.trim_end_matches(".txt");
    let distance = |template: &&Template| strsim::damerau_levenshtein(name, &template.name);
    templates.iter().min_by_key(distance).map_or("", |template| &template.name)
}

#[cfg(test)]
mod tests {
    use super::super::{Voice, Words};
    use crate::domain::Message;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = root.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        root
    }

    const MENU: &str =
        "---\nlanguage = \"fr\"\nversion = 2\nauthor = \"Anne\"\n---\nenvoyez 1 pour payer, 4 pour une personne.\n";

    fn menu(words: &Words) -> (String, String) {
        let voice = super::super::samples::ordinary(crate::domain::Language::FR);
        let said = words.render(&Message::Menu, &Voice { first_automatic: false, ..voice }).unwrap();
        (said.text, said.version_hash)
    }

    #[test]
    fn a_file_of_the_operator_takes_the_place_of_ours_and_the_others_stay() {
        let shipped = Words::embedded().unwrap();
        let own = Words::draft(folder(&[("fr/menu.txt", MENU), ("fr/.menu.txt.swp", "x"), ("en/notes~", "x")]).path())
            .unwrap();
        assert!(menu(&own).0.ends_with("envoyez 1 pour payer, 4 pour une personne."), "{}", menu(&own).0);
        assert_ne!(menu(&own).1, menu(&shipped).1, "another version");
        assert_eq!(menu(&Words::open(folder(&[("en/.keep", "")]).path(), &[]).unwrap()), menu(&shipped));
    }

    #[test]
    fn a_bad_folder_is_refused_as_a_whole_with_file_line_and_reason() {
        let threat = MENU.replace("envoyez", "sans réponse,\nun huissier passera. Envoyez");
        let unknown = MENU.replace("envoyez 1", "envoyez {{ nmae }}");
        let unfinished = MENU.replace("envoyez 1", "\n\nenvoyez {% if link %}");
        for (files, expected) in [
            (
                &[("fr/menu.txt", MENU), ("fr/menus.txt", MENU)][..],
                "fr/menus.txt:1: no template has this name: did you mean fr/menu.txt?",
            ),
            (&[("fr/forbidden.toml", "")], "forbidden.toml:1: no template has this name"),
            (&[("menu.txt", MENU)], "menu.txt:1: it is not expected here: put templates in the folders fr and en"),
            (&[("fr/menu.txt", "envoyez")], "fr/menu.txt:1: it does not begin with its front matter"),
            (&[("fr/menu.txt", &threat)], "fr/menu.txt:7: BLOCK officers and courts: « huissier »"),
            (&[("fr/menu.txt", &MENU.replace("author = \"Anne\"\n", ""))], "fr/menu.txt:2: write `author = "),
            (&[("fr/menu.txt", &unknown)], "fr/menu.txt:6: BLOCK "),
            (&[("fr/menu.txt", &unfinished)], "fr/menu.txt:8: "),
            (
                &[
                    (
                        "fr/menu.txt",
                        "---\nlanguage = \"fr\"\nversion = 2\nauthor = \"Anne\"\n---\nnous parlons de votre dette.\n",
                    ),
                    ("en/menu.txt", MENU),
                ],
                "en/menu.txt:2: its language is fr, in the folder of en",
            ),
        ] {
            let said = Words::open(folder(files).path(), &[]).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(said.contains(expected), "{expected} in {said}");
        }
        let nowhere = Words::open(std::path::Path::new("/nowhere/at/all"), &[]).err().map(|error| error.to_string());
        assert_eq!(nowhere.as_deref(), Some("/nowhere/at/all cannot be read"));
    }
}
