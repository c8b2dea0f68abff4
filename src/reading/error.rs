//! What can go wrong when a reader is built or trained; reading itself never fails.

use std::path::PathBuf;

/// Why a reader could not be built or trained.
#[derive(Debug, thiserror::Error)]
pub enum ReadingError {
    /// The model is not one that this program can use.
    #[error("the model file is damaged or of another version: run relance train")]
    Model,
    /// The model that the settings name is not there.
    #[error("there is no model at {}: run relance train with these settings", path.display())]
    NoModel {
        /// Where it should be.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The model of a file was learnt with other words, or is no model.
    #[error("the model at {} was not written by this version of the program: run relance train with these settings", path.display())]
    Stale {
        /// Where it is.
        path: PathBuf,
    },
    /// A file of words or patterns does not say what it should.
    #[error("the file {file} cannot be used: {problem}")]
    Data {
        /// The file, from the top of the project.
        file: String,
        /// What is wrong, for the person who edits it.
        problem: String,
    },
    /// The labelled replies cannot be read from the disk.
    #[error("the labelled replies of {} cannot be read", path.display())]
    Corpus {
        /// The folder or the file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// One labelled reply is not written as the guide says.
    #[error("line {line} of {} is not a labelled reply: {problem}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        problem: String,
    },
}
