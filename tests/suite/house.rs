//! The house keeps its shape: who may use whom, how long a file may be, how a room opens.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Each room, and the rooms it may use. What is not listed here may not be used.
const DIRECTIONS: [(&str, &[&str]); 17] = [
    ("domain", &[]),
    ("clock", &[]),
    ("telemetry", &[]),
    ("parse_error", &[]),
    ("config", &["domain", "parse_error"]),
    ("reading", &["domain"]),
    ("wording", &["domain", "parse_error"]),
    ("gateway", &["domain"]),
    ("opinion", &["domain", "reading", "gateway"]),
    ("store", &["domain"]),
    ("report", &["domain", "store", "clock"]),
    ("rehearsal", &["domain", "reading", "wording", "store"]),
    (
        "service",
        &["domain", "reading", "opinion", "wording", "gateway", "store", "clock", "config", "telemetry", "parse_error"],
    ),
    ("web", &["service", "report", "domain", "gateway", "store", "clock", "config", "telemetry", "wording"]),
    (
        "cli",
        &[
            "app",
            "service",
            "report",
            "rehearsal",
            "domain",
            "reading",
            "opinion",
            "wording",
            "gateway",
            "store",
            "clock",
            "config",
            "telemetry",
            "parse_error",
            "web",
        ],
    ),
    (
        "app",
        &[
            "domain",
            "service",
            "web",
            "store",
            "gateway",
            "reading",
            "opinion",
            "wording",
            "clock",
            "config",
            "telemetry",
        ],
    ),
    ("lib", &[]),
];

/// Crates that one room alone may name.
const OWNED_CRATES: [(&str, &[&str]); 7] = [
    ("sqlx", &["store"]),
    ("reqwest", &["gateway"]),
    ("lettre", &["gateway"]),
    ("candle_core", &["opinion"]),
    ("tokenizers", &["opinion"]),
    ("actix_web", &["web", "app", "cli"]),
    ("minijinja", &["wording", "web"]),
];

/// Crates that the pure rooms must not name.
const NOT_PURE: [&str; 6] = ["tokio", "sqlx", "tracing", "reqwest", "actix_web", "rand"];
const PURE: [&str; 4] = ["domain", "reading", "wording", "rehearsal"];

const LONGEST_FILE: usize = 500;
const LONGEST_MEDIAN: usize = 200;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn room_of(file: &Path) -> String {
    let inside = file.strip_prefix(root().join("src")).expect("a source file");
    let first = inside.components().next().expect("a path").as_os_str().to_string_lossy().into_owned();
    first.strip_suffix(".rs").map_or(first.clone(), str::to_owned)
}

/// Rooms named in a source: `crate::room` in code, not in comments.
fn rooms_named(source: &str) -> Vec<String> {
    let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    let mut rooms = Vec::new();
    for line in code {
        for (at, _) in line.match_indices("crate::") {
            let rest = &line[at + "crate::".len()..];
            let room: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if !room.is_empty() {
                rooms.push(room);
            }
        }
    }
    rooms
}

#[test]
fn rooms_use_only_the_rooms_they_may() {
    let directions: BTreeMap<_, _> = DIRECTIONS.into_iter().collect();
    let mut broken = Vec::new();
    for file in rust_files(&root().join("src")) {
        let room = room_of(&file);
        if room == "main" {
            continue;
        }
        let allowed = directions.get(room.as_str()).unwrap_or_else(|| panic!("the room {room} is not in the house"));
        for named in rooms_named(&fs::read_to_string(&file).expect("readable")) {
            // A test of a room may build its values with the settings it ships.
            let in_tests = file.file_name().is_some_and(|name| name == "tests.rs");
            if named != room && !allowed.contains(&named.as_str()) && !in_tests {
                broken.push(format!("{}: {room} may not use {named}", file.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn each_driver_belongs_to_one_room_and_the_pure_rooms_stay_pure() {
    let mut broken = Vec::new();
    for file in rust_files(&root().join("src")) {
        let room = room_of(&file);
        let source = fs::read_to_string(&file).expect("readable");
        let names = |name: &str| {
            source.lines().any(|line| {
                !line.trim_start().starts_with("//")
                    && (line.contains(&format!("{name}::")) || line.contains(&format!("use {name};")))
            })
        };
        for (owned, rooms) in OWNED_CRATES {
            if names(owned) && !rooms.contains(&room.as_str()) {
                broken.push(format!("{}: only {rooms:?} may name {owned}", file.display()));
            }
        }
        for crate_name in NOT_PURE {
            if PURE.contains(&room.as_str()) && names(crate_name) {
                broken.push(format!("{}: {room} is pure and may not name {crate_name}", file.display()));
            }
        }
        if names("reqwest") && !file.ends_with("gateway/transport.rs") {
            broken.push(format!("{}: only gateway/transport.rs sends", file.display()));
        }
        if names("lettre") && !file.ends_with("gateway/mailer.rs") {
            broken.push(format!("{}: only gateway/mailer.rs hands e-mails over", file.display()));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn files_are_short_and_every_one_says_what_it_is_for() {
    let mut lengths = Vec::new();
    let mut broken = Vec::new();
    for folder in ["src", "tests", "benches"] {
        for file in rust_files(&root().join(folder)) {
            let source = fs::read_to_string(&file).expect("readable");
            let lines = source.lines().count();
            lengths.push(lines);
            if lines > LONGEST_FILE {
                broken.push(format!("{}: {lines} lines, {LONGEST_FILE} at most", file.display()));
            }
            if !source.starts_with("//!") {
                broken.push(format!("{}: it does not say what it is for", file.display()));
            }
        }
    }
    lengths.sort_unstable();
    let median = lengths[lengths.len() / 2];
    assert!(median < LONGEST_MEDIAN, "the median file has {median} lines");
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
