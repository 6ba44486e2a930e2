//! What can be pressed with a thumb.

use firebox_tests::Browser;

/// Gives what is too small to be pressed: under 24 by 24, not within a sentence
/// and too near to another; and buttons under 44.
pub fn small_targets(browser: &Browser) -> Vec<String> {
    let found = browser.script(SMALL, &[]);
    let found = found.as_array().unwrap().iter();
    found.map(|one| one.as_str().unwrap().to_owned()).collect()
}

/// The distance is that of WCAG: a circle of 24 pixels on the middle of what is
/// small touches nothing else that can be pressed.
const SMALL: &str = "
    const all = [...document.querySelectorAll(
        'a[href], button, summary, input:not([type=hidden]), select, textarea')]
        .filter((one) => one.checkVisibility() && !one.closest('.govuk-skip-link'));
    const box = (one) => one.getBoundingClientRect();
    const said = (one) => `${one.localName} '${(one.innerText || one.name || '').trim()}' `
        + `${Math.round(box(one).width)} x ${Math.round(box(one).height)}`;
    const inSentence = (one) => {
        if (one.localName !== 'a' || !getComputedStyle(one).display.startsWith('inline')) return false;
        const around = one.closest('p, li, dd, dt, td, th, div');
        const others = [...around.querySelectorAll('a')].map((link) => link.innerText).join('');
        const letters = (text) => text.replace(/[^\\p{L}\\p{N}]/gu, '').length;
        return letters(around.innerText) > letters(others);
    };
    const near = (one) => {
        const { x, y, width, height } = box(one);
        const [left, top] = [x + width / 2, y + height / 2];
        return all.some((other) => {
            if (other === one || other.contains(one) || one.contains(other)) return false;
            const there = box(other);
            const across = Math.max(there.left - left, 0, left - there.right);
            const down = Math.max(there.top - top, 0, top - there.bottom);
            return Math.hypot(across, down) < 12;
        });
    };
    const small = all.filter((one) => Math.min(box(one).width, box(one).height) < 23.5
        && !inSentence(one) && near(one));
    const low = all.filter((one) => one.matches('.govuk-button') && box(one).height < 43.5);
    return [...small, ...low].map(said);";
