//! Rules every served file keeps, whatever the packages and `web/` bring.

use std::io::Read;

use flate2::read::GzDecoder;
use sha2::{Digest, Sha256};

use super::{APP_STYLES, Asset, ICON, SCRIPT, SCRIPT_ON, STYLES, all, find};

/// The classes pages are written with.
const CLASSES: &str = "fbx-frame fbx-status fbx-instruction fbx-instruction--stop \
    fbx-instruction--care fbx-instruction--unchecked fbx-instruction--clear fbx-instruction__text \
    fbx-instruction__who fbx-instruction__said fbx-call fbx-danger-now fbx-danger-now--first \
    fbx-age fbx-list fbx-row fbx-hint fbx-identity fbx-columns fbx-columns__main \
    fbx-columns__side fbx-before fbx-needs fbx-teams fbx-speakers fbx-said fbx-visits fbx-visit \
    fbx-visit__time fbx-note fbx-mark fbx-released fbx-receipt fbx-print-only fbx-screen-only \
    fbx-no-print-message fbx-print-footer fbx-timeout fbx-inline-form fbx-action fbx-demo fbx-scroll";

fn text(path: &str) -> &'static str {
    std::str::from_utf8(find(path).unwrap().bytes).unwrap()
}

/// Gives the served text of one of our files by the start of its name.
fn named(start: &str) -> &'static Asset {
    let start = format!("/static/{start}-");
    all()
        .iter()
        .find(|asset| asset.path.starts_with(&start))
        .unwrap_or_else(|| panic!("{start} is not served"))
}

#[test]
fn nothing_of_gov_uk_s_identity_is_served() {
    for asset in all() {
        let text = String::from_utf8_lossy(asset.bytes);
        for word in [
            "GDS Transport",
            "@font-face",
            "/fonts/",
            "govuk-crest",
            "/assets/images/",
            "#1d70b8",
            "#1D70B8",
        ] {
            assert!(!text.contains(word), "{} has {word}", asset.path);
        }
    }
}

#[test]
fn no_file_names_another_place() {
    for asset in all() {
        let text = String::from_utf8_lossy(asset.bytes);
        // An SVG's name space is an identifier that nobody asks for.
        let text = text.replace("http://www.w3.org/2000/svg", "");
        for word in [
            "src=http",
            "url(http",
            "url(\"http",
            "import(\"http",
            "sourceMappingURL",
        ] {
            assert!(!text.contains(word), "{} has {word}", asset.path);
        }
    }
}

#[test]
fn every_gzip_copy_gives_the_file_back() {
    for asset in all() {
        let mut back = Vec::new();
        GzDecoder::new(asset.gzip).read_to_end(&mut back).unwrap();
        assert!(back == asset.bytes, "{}", asset.path);
    }
}

#[test]
fn a_name_holds_the_hash_of_the_content() {
    for asset in all().iter().filter(|asset| asset.path != "/favicon.ico") {
        let hash: String = Sha256::digest(asset.bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert!(asset.path.starts_with("/static/"), "{}", asset.path);
        assert!(
            asset.path.contains(&format!("-{}.", &hash[..10])),
            "{}",
            asset.path
        );
    }
}

#[test]
fn styles_and_scripts_weigh_at_most_forty_kilobytes() {
    let weight: usize = all().iter().map(|asset| asset.gzip.len()).sum();
    assert!(weight <= 40_000, "{weight} bytes");
}

#[test]
fn a_path_is_found_whole_or_not_at_all() {
    for path in [STYLES, APP_STYLES, SCRIPT_ON, SCRIPT, ICON, "/favicon.ico"] {
        assert_eq!(find(path).map(|asset| asset.path), Some(path));
    }
    for path in ["", "/", "/static/", "/static/app.css", "static/app.css"] {
        assert!(find(path).is_none(), "{path}");
    }
    assert!(find(&STYLES.to_uppercase()).is_none());
    assert!(find(&STYLES[..STYLES.len() - 1]).is_none());
}

#[test]
fn every_class_of_the_pages_stands_in_our_styles() {
    let styles = text(APP_STYLES);
    for class in CLASSES.split_whitespace() {
        let stands = styles
            .match_indices(&format!(".{class}"))
            .any(|(at, dotted)| {
                let next = styles[at + dotted.len()..].chars().next();
                !next.is_some_and(|sign| sign.is_alphanumeric() || sign == '-' || sign == '_')
            });
        assert!(stands, "{class}");
    }
}

#[test]
fn text_on_screen_is_never_under_sixteen_pixels_and_nothing_is_sticky() {
    let styles = text(APP_STYLES);
    let (screen, _) = styles.split_once("@page").unwrap();
    let sizes: Vec<f64> = screen
        .split("font-size:")
        .skip(1)
        .map(|rest| rest.split("rem").next().unwrap().parse().unwrap())
        .collect();
    assert!(
        sizes.len() > 5 && sizes.iter().all(|size| *size >= 1.0),
        "{sizes:?}"
    );
    for word in ["sticky", "animation", "transition"] {
        assert!(!styles.contains(word), "{word}");
    }
}

#[test]
fn a_council_s_colour_can_replace_the_brand_while_the_box_runs() {
    assert!(text(STYLES).contains("--govuk-brand-colour: #00534c"));
    assert!(text(STYLES).contains("var(--govuk-brand-colour"));
}

#[test]
fn what_the_script_imports_is_served_as_javascript() {
    let imported: Vec<_> = text(SCRIPT)
        .split(" from \"")
        .skip(1)
        .map(|rest| find(rest.split('"').next().unwrap()).unwrap())
        .collect();
    assert_eq!(imported.len(), 4);
    for asset in imported {
        assert_eq!(asset.media_type, "text/javascript; charset=utf-8");
    }
}

#[test]
fn our_scripts_write_no_markup_and_run_no_text() {
    for name in ["js-on", "init", "session", "print", "fresh"] {
        let text = std::str::from_utf8(named(name).bytes).unwrap();
        for word in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "Function(",
            "localStorage",
            "sessionStorage",
            ".style",
        ] {
            assert!(!text.contains(word), "{name} has {word}");
        }
    }
}

#[test]
fn the_icon_that_browsers_ask_for_by_name_is_an_icon() {
    let icon = find("/favicon.ico").unwrap();
    assert_eq!(icon.media_type, "image/x-icon");
    assert_eq!(&icon.bytes[..6], [0, 0, 1, 0, 1, 0]);
}

#[test]
fn the_lock_file_names_no_registry_and_the_versions_are_exact() {
    let lock = include_str!("../package-lock.json");
    assert!(!lock.contains("\"resolved\""));
    assert!(lock.matches("\"integrity\": \"sha512-").count() > 5);
    let wanted = include_str!("../package.json");
    for pinned in ["\"govuk-frontend\": \"6.6.0\"", "\"sass\": \"1.93.2\""] {
        assert!(wanted.contains(pinned) && lock.contains(pinned), "{pinned}");
    }
}

#[cfg(feature = "fixtures")]
#[test]
fn the_package_s_test_cases_are_given_by_component() {
    let button = super::fixtures("button").unwrap();
    assert!(
        button.contains("\"component\": \"button\""),
        "{}",
        &button[..80]
    );
    assert_eq!(super::fixtures("no-such-component"), None);
}
