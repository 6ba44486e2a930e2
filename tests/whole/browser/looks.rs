//! How a page looks: small windows, pictures, paper, other colours.

use firebox_tests::Media;

use super::bench;

#[test]
fn what_does_not_fit_on_320_pixels_is_seen() {
    let bench = bench();
    let desk = bench.desk();
    desk.resizes(320, 640);
    desk.opens("/clean");
    assert_eq!((desk.inner_width(), desk.scroll_width()), (320, 320));
    desk.opens("/wide");
    assert_eq!(desk.inner_width(), 320);
    assert!(desk.scroll_width() >= 600);
}

#[test]
fn pictures_show_the_window_or_the_whole_page() {
    let bench = bench();
    let desk = bench.desk();
    desk.opens("/long");
    assert_eq!(size(&desk.screenshot()), (1366, 625));
    let (width, height) = size(&desk.full_page_png());
    assert!(width > 1300 && u64::from(height) >= desk.bottom_of("main"));
    assert!(desk.bottom_of("main") > desk.inner_height());
}

/// Reads width and height out of a PNG's header.
fn size(png: &[u8]) -> (u32, u32) {
    assert_eq!(&png[1..4], b"PNG");
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

#[test]
fn paper_has_sheets_with_text_a_title_and_tags() {
    let bench = bench();
    let desk = bench.desk();
    desk.opens("/long");
    assert!(!desk.says("Do not share or copy."));
    let paper = desk.prints();
    assert_eq!(&paper.bytes[..4], b"%PDF");
    let sheets = paper.sheets();
    assert!(sheets.len() > 1, "{} sheets", sheets.len());
    for sheet in &sheets {
        assert!(sheet.contains("Do not share or copy."), "{sheet}");
    }
    assert!(paper.is_tagged());
    assert_eq!(paper.title(), "Trial page");
    assert!(desk.pdf_text().contains("One line."));
}

#[test]
fn forced_colours_and_print_reach_the_styles() {
    let bench = bench();
    let desk = bench.desk();
    desk.opens("/long");
    let seen = || {
        (
            desk.style_of("h1", "letter-spacing"),
            desk.style_of("footer", "display"),
        )
    };
    let expect = |spacing: &str, footer: &str| (spacing.to_owned(), footer.to_owned());
    assert_eq!(seen(), expect("normal", "none"));
    desk.emulates_media(Media::ForcedColours);
    assert_eq!(seen(), expect("5px", "none"));
    desk.emulates_media(Media::Print);
    assert_eq!(seen(), expect("normal", "block"));
    desk.restyles("footer { display: flex }");
    assert_eq!(seen(), expect("normal", "flex"));
}
