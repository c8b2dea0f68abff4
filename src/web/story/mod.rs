//! A case told in a language: what was said, what was read and by which words, what was decided, what left. The console
//! and the demonstration tell it alike.

mod case;
mod file;
mod pieces;
mod turns;

pub(super) use case::{Story, Todo, age};
pub(super) use turns::Said;
