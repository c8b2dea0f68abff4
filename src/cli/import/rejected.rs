//! The refused lines: in a file beside the one they are from, written as that one is, to be mended and imported in its turn.

use crate::service::{Entry, Fault, ImportFile, Rejection};
use anyhow::Context as _;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Lines that are also printed.
const PRINTED: usize = 50;

pub(super) struct Rejected {
    path: PathBuf,
    heading: Vec<String>,
    before_heading: Vec<u8>,
    separator: u8,
    writer: Option<csv::Writer<File>>,
    first: Vec<(u64, Vec<Fault>)>,
    count: usize,
}

impl Rejected {
    /// For the refused lines of `read`, which is `file`.
    pub fn of<R: std::io::Read, T: Entry>(file: &Path, read: &ImportFile<R, T>) -> Self {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        Self {
            path: file.with_file_name(format!("{}.rejected.csv", name.strip_suffix(".csv").unwrap_or(&name))),
            heading: read.heading().to_vec(),
            before_heading: read.before_heading(),
            separator: read.separator(),
            writer: None,
            first: Vec::new(),
            count: 0,
        }
    }

    /// Writes lines as they came, with what was wrong in three more columns.
    pub fn add(&mut self, rejections: Vec<Rejection>) -> anyhow::Result<()> {
        for Rejection { line, faults, raw } in rejections {
            let (number, columns, reasons) =
                (line.to_string(), joined(&faults, |f| &f.column), joined(&faults, |f| &f.reason));
            let width = self.heading.len();
            let padding = std::iter::repeat_n("", width.saturating_sub(raw.len()));
            let fields = raw.iter().map(String::as_str).take(width).chain(padding);
            let notes = [number.as_str(), &columns, &reasons];
            self.writer()?.write_record(fields.chain(notes))?;
            self.count += 1;
            if self.first.len() < PRINTED {
                self.first.push((line, faults));
            }
        }
        Ok(())
    }

    /// Ends the file; there is none when nothing was refused.
    pub fn close(&mut self) -> anyhow::Result<()> {
        if let Some(writer) = &mut self.writer {
            return Ok(writer.flush()?);
        }
        match std::fs::remove_file(&self.path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("the old {} cannot be removed", self.path.display()))
            }
            _ => Ok(()),
        }
    }

    /// Says what was refused, and where it is.
    pub fn print(&self) {
        for (line, faults) in &self.first {
            for Fault { column, reason } in faults {
                let column = if column.is_empty() { "the line" } else { column };
                println!("  line {line}, {column}: {reason}");
            }
        }
        if self.count > self.first.len() {
            println!("  and {} lines more", self.count - self.first.len());
        }
        if self.count > 0 {
            println!("The refused lines are in {}: mend them there and import that file.", self.path.display());
        }
    }

    fn writer(&mut self) -> anyhow::Result<&mut csv::Writer<File>> {
        let writer = match self.writer.take() {
            Some(writer) => writer,
            None => self.open().with_context(|| format!("{} cannot be written", self.path.display()))?,
        };
        Ok(self.writer.insert(writer))
    }

    fn open(&self) -> anyhow::Result<csv::Writer<File>> {
        let mut file = File::create(&self.path)?;
        file.write_all(&self.before_heading)?;
        let mut writer = csv::WriterBuilder::new().flexible(true).delimiter(self.separator).from_writer(file);
        let notes = ["rejected_line", "rejected_column", "rejected_reason"];
        writer.write_record(self.heading.iter().map(String::as_str).chain(notes))?;
        Ok(writer)
    }
}

fn joined(faults: &[Fault], part: impl Fn(&Fault) -> &String) -> String {
    faults.iter().map(|fault| part(fault).as_str()).collect::<Vec<_>>().join("; ")
}
