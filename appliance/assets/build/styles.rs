//! The two stylesheets, compiled by sass, without anything of GOV.UK's identity.

use std::path::Path;
use std::process::Command;

use crate::packages::missing;
use crate::{Outcome, read, write};

/// What may not stand in any stylesheet we serve.
const FORBIDDEN: [&str; 5] = ["GDS Transport", "@font-face", "/fonts/", "crest", "#1d70b8"];

/// What the package writes whatever its settings are, and what stands there
/// instead: the footer's crest, and a blue of the file upload, whose classes no page uses.
const REPLACED: [(&str, &str); 2] = [
    (r#"url("/assets/images/govuk-crest.svg")"#, "none"),
    ("#1d70b8", "var(--govuk-brand-colour)"),
];

/// The compiled stylesheets.
pub(crate) struct Styles {
    /// govuk-frontend as `firebox.scss` configures it.
    pub(crate) firebox: String,
    /// Our own.
    pub(crate) app: String,
}

/// Compiles `firebox.scss` and `app.css` beside the packages they import.
pub(crate) fn compile(workshop: &Path, web: &Path) -> Outcome<Styles> {
    Ok(Styles {
        firebox: sheet(workshop, web, "firebox.scss")?,
        app: sheet(workshop, web, "app.css")?,
    })
}

fn sheet(workshop: &Path, web: &Path, name: &str) -> Outcome<String> {
    write(&workshop.join(name), read(&web.join(name))?.as_bytes())?;
    let sass = Command::new("node")
        .arg("node_modules/sass/sass.js")
        .args(["--pkg-importer=node", "--style=compressed"])
        .args(["--no-charset", "--no-source-map", name])
        .current_dir(workshop)
        .output()
        .map_err(|e| missing("node", &e))?;
    if !sass.status.success() {
        let why = String::from_utf8_lossy(&sass.stderr);
        return Err(format!("web/{name} does not compile:\n{}", why.trim()));
    }
    let text = String::from_utf8(sass.stdout).map_err(|e| format!("web/{name}: {e}"))?;
    let text = REPLACED
        .iter()
        .fold(text, |text, (theirs, ours)| text.replace(theirs, ours));
    match FORBIDDEN.iter().find(|word| text.contains(**word)) {
        None => Ok(text),
        Some(word) => Err(format!(
            "web/{name} compiles to text with {word:?}, which only GOV.UK may use: look at the settings in web/firebox.scss"
        )),
    }
}
