//! What fits: on narrow windows, with large text, with wide spacing, and in the
//! first screen.

use firebox_tests::Browser;

/// Widths and heights of windows.
const NARROW: (u32, u32) = (320, 640);
const PHONE: (u32, u32) = (390, 844);
/// What an adviser sees of a page without scrolling.
const FIRST_SCREEN: u64 = 625;

/// Text of twice its size.
const LARGE: &str = ":root { font-size: 32px !important; }";
/// As WCAG asks: lines, letters, words and paragraphs further apart.
const SPACED: &str = "
    * { line-height: 1.5 !important; letter-spacing: 0.12em !important;
        word-spacing: 0.16em !important; }
    p { margin-bottom: 2em !important; }";

/// Gives by how much a page is wider than a window of 320 pixels.
pub fn too_wide(browser: &Browser) -> Vec<String> {
    browser.resizes(NARROW.0, NARROW.1);
    let (window, page) = (browser.inner_width(), browser.scroll_width());
    let widest = browser.script(WIDEST, &[]);
    browser.resizes(PHONE.0, PHONE.1);
    let fits = window == u64::from(NARROW.0) && page == window;
    let fault = (!fits).then(|| format!("{page} wide: {widest}"));
    fault.into_iter().collect()
}

/// Names what stands out, for whoever mends it.
const WIDEST: &str = "
    const out = [...document.querySelectorAll('body *')].filter((one) =>
        one.checkVisibility() && one.getBoundingClientRect().right > 320.5
        && !one.closest('.fbx-scroll'));
    const names = out.map((one) => `${one.localName}.${one.className}`);
    return [...new Set(names)].slice(0, 6).join(' | ');";

/// Gives what is cut off, overlaps or stands out with text of twice its size.
pub fn with_large_text(browser: &Browser) -> Vec<String> {
    restyled(browser, LARGE)
}

/// The same with everything further apart.
pub fn with_spaced_text(browser: &Browser) -> Vec<String> {
    restyled(browser, SPACED)
}

fn restyled(browser: &Browser, styles: &str) -> Vec<String> {
    browser.restyles(styles);
    let found = browser.script(CUT_OFF, &[]);
    browser.script("document.adoptedStyleSheets = []", &[]);
    let found = found.as_array().unwrap().iter();
    found.map(|one| one.as_str().unwrap().to_owned()).collect()
}

/// Looks at every piece of text as it stands. What is hidden for the eye, and
/// what scrolls by itself, is left alone.
const CUT_OFF: &str = "
    const faults = [];
    const page = document.documentElement;
    if (page.scrollWidth > page.clientWidth) faults.push(`sideways: ${page.scrollWidth}`);
    const pieces = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = walker.currentNode;
        const around = node.parentElement;
        if (node.data.trim() === '' || around.closest('script, .govuk-visually-hidden, dialog, '
            + '.govuk-skip-link, textarea, .fbx-scroll') || !around.checkVisibility()) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        for (const box of range.getClientRects()) {
            if (box.width > 1 && box.height > 1) pieces.push({ node, around, box });
        }
    }
    const said = (piece) => piece.node.data.trim().slice(0, 40);
    for (const piece of pieces) {
        for (let one = piece.around; one; one = one.parentElement) {
            const style = getComputedStyle(one);
            if (one === document.body || one === page) break;
            const edge = one.getBoundingClientRect();
            const cutX = style.overflowX !== 'visible'
                && (piece.box.right > edge.right + 1 || piece.box.left < edge.left - 1);
            const cutY = style.overflowY !== 'visible'
                && (piece.box.bottom > edge.bottom + 1 || piece.box.top < edge.top - 1);
            if (cutX || cutY) { faults.push(`cut off: ${said(piece)}`); break; }
        }
    }
    const lines = 'input:not([type=hidden], [type=radio], [type=checkbox], [type=file]), select';
    for (const field of document.querySelectorAll(lines)) {
        if (field.checkVisibility() && field.scrollHeight > field.clientHeight + 2) {
            faults.push(`cut off in ${field.name}`);
        }
    }
    for (const { node, around, box } of pieces) {
        const edge = around.closest('.govuk-button')?.getBoundingClientRect();
        if (edge && (box.top < edge.top || box.bottom > edge.bottom
            || box.left < edge.left || box.right > edge.right)) {
            faults.push(`out of its button: ${node.data.trim()}`);
        }
    }
    pieces.sort((one, other) => one.box.top - other.box.top);
    for (let at = 0; at < pieces.length; at += 1) {
        const { box, node } = pieces[at];
        for (let next = at + 1; next < pieces.length && pieces[next].box.top < box.bottom; next += 1) {
            const other = pieces[next];
            const down = Math.min(box.bottom, other.box.bottom) - other.box.top;
            const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
            if (other.node !== node && across > 2 && down > Math.min(box.height, other.box.height) * 0.3) {
                faults.push(`overlap: ${said(pieces[at])} / ${said(other)}`);
            }
        }
    }
    return [...new Set(faults)].slice(0, 8);";

/// Gives what an adviser needs before the greeting ends and does not see at once.
pub fn below_first_screen(browser: &Browser) -> Vec<String> {
    let needed = [
        "h1",
        ".fbx-needs li",
        ".fbx-before",
        ".fbx-teams > li, .fbx-teams tbody tr, .fbx-teams li",
    ];
    let there = needed.iter().filter(|css| browser.count(css) > 0);
    let below = there.filter_map(|css| {
        let bottom = browser.bottom_of(css);
        (bottom > FIRST_SCREEN).then(|| format!("{css} ends at {bottom}"))
    });
    let mut faults: Vec<String> = below.collect();
    if browser.count(".fbx-before") == 0 && !browser.heading().contains("has died") {
        faults.push("nothing about what to do before one talks".to_owned());
    }
    faults
}
