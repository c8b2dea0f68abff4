//! Packs the labelled replies, so that an operator can train the reader without a copy of the project; and has the program
//! built again when a migration is added, which it carries.

use flate2::{Compression, write::GzEncoder};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

const LANGUAGES: [&str; 2] = ["fr", "en"];

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=migrations");
    let packed = Path::new(&env::var("OUT_DIR").map_err(io::Error::other)?).join("replies.gz");
    let mut packed = GzEncoder::new(fs::File::create(packed)?, Compression::best());
    for language in LANGUAGES {
        let folder = Path::new("intents").join(language);
        println!("cargo::rerun-if-changed={}", folder.display());
        let files = fs::read_dir(folder)?.map(|entry| entry.map(|e| e.path())).collect::<Result<Vec<PathBuf>, _>>()?;
        let mut files: Vec<_> =
            files.into_iter().filter(|path| path.extension().is_some_and(|e| e == "jsonl")).collect();
        files.sort();
        for file in files {
            // The name of a file stands before its lines, which all begin with a brace.
            writeln!(packed, "{}", file.display())?;
            packed.write_all(&fs::read(file)?)?;
        }
    }
    packed.finish().map(|_| ())
}
