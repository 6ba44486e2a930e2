//! The files to serve, each named after its content: a changed file has a new
//! address, so a browser may keep an address for ever.

use std::path::Path;

use sha2::{Digest, Sha256};

use crate::styles::Styles;
use crate::{Outcome, read};

const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

/// How many hexadecimal digits of its SHA-256 a file carries in its name.
const DIGITS: usize = 10;

/// Our modules that `init.js` imports.
const MODULES: [&str; 3] = ["session.js", "print.js", "fresh.js"];

/// A constant's name and its description.
pub(crate) type Constant = (&'static str, &'static str);

const STYLES: Constant = (
    "STYLES",
    "Path of govuk-frontend's styles, without GOV.UK's identity.",
);
const APP_STYLES: Constant = (
    "APP_STYLES",
    "Path of our own styles; they come after the others.",
);
const SCRIPT_ON: Constant = (
    "SCRIPT_ON",
    "Path of the script that marks the body; it blocks, straight after `<body>`.",
);
const SCRIPT: Constant = ("SCRIPT", "Path of the script of all pages, an ES module.");
const ICON: Constant = ("ICON", "Path of the icon, an SVG without a crown.");

/// One file to serve.
pub(crate) struct Piece {
    /// The constant by which pages name it and its description, if they do.
    pub(crate) constant: Option<Constant>,
    /// Its address.
    pub(crate) path: String,
    /// Its media type.
    pub(crate) media_type: &'static str,
    /// Its content.
    pub(crate) bytes: Vec<u8>,
}

/// Collects the files: imported modules before the one that imports them.
pub(crate) fn collect(web: &Path, workshop: &Path, styles: Styles) -> Outcome<Vec<Piece>> {
    let mut modules = vec![frontend(workshop)?];
    for name in MODULES {
        modules.push(piece(None, name, JAVASCRIPT, read(&web.join(name))?));
    }
    let init = imports(read(&web.join("init.js"))?, &modules)?;
    let on = read(&web.join("js-on.js"))?;
    let icon = read(&web.join("icon.svg"))?;
    let mut pieces = vec![
        piece(Some(STYLES), "firebox.css", CSS, styles.firebox),
        piece(Some(APP_STYLES), "app.css", CSS, styles.app),
        piece(Some(SCRIPT_ON), "js-on.js", JAVASCRIPT, on),
        piece(Some(SCRIPT), "init.js", JAVASCRIPT, init),
        piece(Some(ICON), "icon.svg", "image/svg+xml", icon),
        favicon(web)?,
    ];
    pieces.append(&mut modules);
    Ok(pieces)
}

/// Gives the package's script without the pointer to a map we do not serve.
fn frontend(workshop: &Path) -> Outcome<Piece> {
    let name = "govuk-frontend.min.js";
    let dist = workshop.join("node_modules/govuk-frontend/dist/govuk");
    let text = read(&dist.join(name))?;
    let text = text.split("//# sourceMappingURL=").next().unwrap_or(&text);
    Ok(piece(None, name, JAVASCRIPT, text.to_owned()))
}

/// Gives the icon that browsers ask for by a fixed name.
fn favicon(web: &Path) -> Outcome<Piece> {
    let path = web.join("favicon.ico");
    Ok(Piece {
        constant: None,
        path: "/favicon.ico".into(),
        media_type: "image/x-icon",
        bytes: std::fs::read(&path).map_err(|e| format!("cannot read {}: {e}", path.display()))?,
    })
}

fn piece(constant: Option<Constant>, name: &str, media_type: &'static str, text: String) -> Piece {
    let (stem, kind) = name.rsplit_once('.').unwrap_or((name, "bin"));
    let hash: String = Sha256::digest(&text)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Piece {
        constant,
        path: format!("/static/{stem}-{}.{kind}", &hash[..DIGITS]),
        media_type,
        bytes: text.into_bytes(),
    }
}

/// Replaces the names in `init.js`'s imports by the addresses they are served under.
fn imports(mut init: String, modules: &[Piece]) -> Outcome<String> {
    let names = std::iter::once("govuk-frontend.min.js").chain(MODULES);
    for (name, module) in names.zip(modules) {
        let plain = format!("\"./{name}\"");
        if !init.contains(&plain) {
            return Err(format!("web/init.js does not import {plain}"));
        }
        init = init.replace(&plain, &format!("\"{}\"", module.path));
    }
    match init.contains("\"./") {
        false => Ok(init),
        true => Err("web/init.js imports a file that build/pieces.rs does not name".into()),
    }
}
