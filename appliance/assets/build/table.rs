//! The Rust the crate includes: the table of files, and the package's test cases.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::{Outcome, Piece, make_folder, write};

/// Writes the files, their gzip copies and the table that embeds both.
pub(crate) fn write_files(out: &Path, pieces: &[Piece]) -> Outcome<()> {
    let folder = out.join("served");
    make_folder(&folder)?;
    let mut rows = String::new();
    let mut constants = String::new();
    for (number, piece) in pieces.iter().enumerate() {
        write(&folder.join(format!("{number}")), &piece.bytes)?;
        write(&folder.join(format!("{number}.gz")), &gzip(&piece.bytes)?)?;
        row(&mut rows, number, piece)?;
        constant(&mut constants, piece)?;
    }
    let text = format!("{constants}\nstatic ASSETS: &[Asset] = &[\n{rows}];\n");
    write(&out.join("table.rs"), text.as_bytes())
}

fn row(rows: &mut String, number: usize, piece: &Piece) -> Outcome<()> {
    let Piece {
        path, media_type, ..
    } = piece;
    let embedded = |end: &str| {
        format!("include_bytes!(concat!(env!(\"OUT_DIR\"), \"/served/{number}{end}\"))")
    };
    let (bytes, gzip) = (embedded(""), embedded(".gz"));
    writeln!(
        rows,
        "    Asset {{ path: {path:?}, media_type: {media_type:?}, bytes: {bytes}, gzip: {gzip} }},"
    )
    .map_err(|e| e.to_string())
}

fn constant(constants: &mut String, piece: &Piece) -> Outcome<()> {
    let Some((name, what)) = piece.constant else {
        return Ok(());
    };
    let path = &piece.path;
    writeln!(constants, "/// {what}\npub const {name}: &str = {path:?};").map_err(|e| e.to_string())
}

fn gzip(bytes: &[u8]) -> Outcome<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .map_err(|e| format!("cannot compress: {e}"))
}

/// Writes the function that gives the package's own test cases of a component.
pub(crate) fn write_fixtures(out: &Path, workshop: &Path) -> Outcome<()> {
    let components = workshop.join("node_modules/govuk-frontend/dist/govuk/components");
    let within = workshop.strip_prefix(out).map_err(|e| e.to_string())?;
    let mut rows = String::new();
    for name in with_fixtures(&components)? {
        let file = within
            .join("node_modules/govuk-frontend/dist/govuk/components")
            .join(&name)
            .join("fixtures.json");
        let file = format!("/{}", file.display());
        writeln!(
            rows,
            "    ({name:?}, include_str!(concat!(env!(\"OUT_DIR\"), {file:?}))),"
        )
        .map_err(|e| e.to_string())?;
    }
    let text = format!("static FIXTURES: &[(&str, &str)] = &[\n{rows}];\n");
    write(&out.join("fixtures.rs"), text.as_bytes())
}

fn with_fixtures(components: &Path) -> Outcome<Vec<String>> {
    let trouble = |e| format!("cannot list {}: {e}", components.display());
    let mut names = Vec::new();
    for entry in std::fs::read_dir(components).map_err(trouble)? {
        let entry = entry.map_err(trouble)?;
        if entry.path().join("fixtures.json").is_file() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}
