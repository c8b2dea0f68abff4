//! A migration is embedded at compile time: a new file alone must trigger a rebuild.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
