//! The page as it comes out of a printer.

use firebox_tests::{Browser, Media};

/// Width and height of A4 in points.
const A4: (f64, f64) = (595.28, 841.89);

/// Gives what is wrong with the page on paper.
pub fn on_paper(browser: &Browser) -> Vec<String> {
    // Whoever presses the button that prints has read the page to its end.
    browser.script("window.scrollTo(0, document.body.scrollHeight)", &[]);
    let paper = browser.prints();
    let sheets = paper.sheets();
    let mut faults = Vec::new();
    let mut holds = |so: bool, otherwise: &str| {
        if !so {
            faults.push(otherwise.to_owned());
        }
    };
    holds(paper.is_tagged(), "no tags");
    holds(!paper.title().is_empty(), "no title");
    let is_a4 = |size: &(f64, f64)| (size.0 - A4.0).abs() < 1.5 && (size.1 - A4.1).abs() < 1.5;
    holds(sizes(&paper.bytes).iter().all(is_a4), "not A4");
    let reference = reference(browser);
    for (at, sheet) in sheets.iter().enumerate() {
        let number = format!("Page {} of {}", at + 1, sheets.len());
        holds(sheet.contains(&number), &format!("no {number:?}"));
        holds(
            sheet.contains(&reference),
            &format!("sheet {} without {reference}", at + 1),
        );
    }
    browser.emulates_media(Media::Print);
    let lines = browser.script(PRINTED, &[]);
    let pale = browser.script(PALE, &[]);
    browser.emulates_media(Media::Screen);
    let whole = bare(&sheets.concat());
    for line in lines.as_array().unwrap() {
        let line = line.as_str().unwrap();
        holds(
            whole.contains(&bare(line)),
            &format!("not on paper: {line}"),
        );
    }
    for text in pale.as_array().unwrap() {
        holds(false, &format!("too pale in black and white: {text}"));
    }
    faults
}

/// Gives the sizes of a PDF's sheets.
fn sizes(pdf: &[u8]) -> Vec<(f64, f64)> {
    let text = String::from_utf8_lossy(pdf);
    let boxes = text.split("/MediaBox [").skip(1);
    let sizes = boxes.map(|one| {
        let numbers = one.split(']').next().unwrap().split_whitespace();
        let numbers: Vec<f64> = numbers.map(|number| number.parse().unwrap()).collect();
        (numbers[2], numbers[3])
    });
    let sizes: Vec<(f64, f64)> = sizes.collect();
    assert!(!sizes.is_empty(), "a PDF says how large its sheets are");
    sizes
}

/// Gives the reference that the line at the end of the page closes with.
fn reference(browser: &Browser) -> String {
    let footer = "return document.querySelector('.fbx-print-footer').textContent";
    let footer = browser.script(footer, &[]);
    let last = footer.as_str().unwrap().split_whitespace().next_back();
    last.unwrap().trim_end_matches('.').to_owned()
}

/// Leaves out what a printer may set otherwise.
fn bare(text: &str) -> String {
    text.split_whitespace().collect()
}

/// The texts of the main part that are to be on paper, each as one piece.
const PRINTED: &str = "
    const texts = [];
    const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const { data, parentElement } = walker.currentNode;
        if (data.trim() !== '' && parentElement.checkVisibility()
            && !parentElement.closest('.govuk-visually-hidden')) texts.push(data.trim());
    }
    return texts;";

/// Texts under 4.5:1 on white: backgrounds are left out by printers.
const PALE: &str = "
    const part = (value) => value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    const light = (color) => {
        const [r, g, b] = color.match(/[\\d.]+/g).map((number) => part(Number(number) / 255));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const pale = [...document.querySelectorAll('main *')].filter((one) => one.checkVisibility()
        && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '')
        && 1.05 / (light(getComputedStyle(one).color) + 0.05) < 4.5);
    return [...new Set(pale.map((one) => one.innerText.trim().slice(0, 40)))].slice(0, 5);";
