//! What an operator edits, in one number: it changes when the contents of a file do, on whatever disk they are.

use super::Settings;
use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};

/// Folders deeper than this are no templates of anybody's: a link that leads back into its own folder ends here.
const DEEPEST: usize = 4;

/// The contents of all files that an operator edits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint([u8; 32]);

impl Settings {
    /// The fingerprint of the settings file and of the folders that the settings name. A file that cannot be read has one
    /// too: it changes when it can.
    #[must_use]
    pub fn fingerprint(&self, file: Option<&Path>) -> Fingerprint {
        let mut hasher = Sha256::new();
        file.into_iter().for_each(|file| add(&mut hasher, file));
        for folder in [&self.wording.folder, &self.dunning.folder, &self.jurisdictions.folder, &self.import.profiles] {
            if !folder.as_os_str().is_empty() {
                add_folder(&mut hasher, folder, DEEPEST);
            }
        }
        Fingerprint(hasher.finalize().into())
    }
}

fn add_folder(hasher: &mut Sha256, folder: &Path, depth: usize) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if !path.is_dir() {
            add(hasher, &path);
        } else if depth > 0 {
            add_folder(hasher, &path, depth - 1);
        }
    }
}

fn add(hasher: &mut Sha256, file: &Path) {
    hasher.update(file.as_os_str().as_encoded_bytes());
    match std::fs::read(file) {
        Ok(bytes) => {
            hasher.update([0]);
            hasher.update((bytes.len() as u64).to_le_bytes());
            hasher.update(bytes);
        }
        Err(_) => hasher.update([1]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_follows_the_contents_of_files_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let (file, menu) = (folder.path().join("relance.toml"), folder.path().join("own/fr/menu.txt"));
        std::fs::create_dir_all(menu.parent().unwrap()).unwrap();
        let mut settings = crate::config::load(None, []).unwrap();
        settings.wording.folder = folder.path().join("own");
        let print = || settings.fingerprint(Some(&file));
        let write = |path: &Path, text: &str| std::fs::write(path, text).unwrap();
        let mut seen = vec![print()];
        write(&file, "[server]");
        seen.push(print());
        write(&menu, "bonjour");
        seen.push(print());
        write(&menu, "Bonjour");
        seen.push(print());
        for (at, print) in seen.iter().enumerate() {
            assert!(!seen[..at].contains(print), "{at}");
        }
        write(&menu, "bonjour");
        assert_eq!(print(), seen[2], "the same contents, written anew");
    }
}
